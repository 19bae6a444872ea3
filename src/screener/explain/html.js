(function(){var box=document.getElementById("slider"),range=document.getElementById("step"),
said=document.getElementById("said"),all=document.querySelectorAll("[data-step]"),
items=document.querySelectorAll(".steps li[data-step]");if(!box)return;box.hidden=false;
function show(){var n=Number(range.value);all.forEach(function(e){
e.classList.toggle("later",Number(e.getAttribute("data-step"))>n)});
items.forEach(function(e,i){e.classList.toggle("now",i===n-1&&n<range.max)});
said.textContent=n?items[n-1].querySelector("b").textContent:said.dataset.start}
range.addEventListener("input",show);
function move(by){range.value=Number(range.value)+by;show()}
document.getElementById("back").addEventListener("click",function(){move(-1)});
document.getElementById("next").addEventListener("click",function(){move(1)});show()})();
