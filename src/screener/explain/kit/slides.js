(function(){var all=Array.prototype.slice.call(document.querySelectorAll("section"));
document.addEventListener("keydown",function(e){var by={ArrowRight:1,PageDown:1,ArrowLeft:-1,PageUp:-1}[e.key];
if(!by||e.altKey||e.ctrlKey||e.metaKey)return;var now=0;
all.forEach(function(s,i){if(s.getBoundingClientRect().top<=10)now=i});
var to=all[Math.min(all.length-1,Math.max(0,now+by))];e.preventDefault();to.scrollIntoView()})})();
