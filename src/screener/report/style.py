"""The look of the result page and of the clinician's sheet; colour is never the only sign."""

from __future__ import annotations

from typing import Final

PAGE_STYLE: Final = "@page{size:A4;margin:13mm}"  # of a whole document, not of a part of somebody else's page

RESULT_STYLE: Final = """
.screener{--box:#f6f8f9;--edge:#505a5f;--card:#f1f5f8;--take:#00623b;--on-take:#fff;--mark:#1a4f8b}
.screener .today,.screener .now{--edge:#942514;--card:#fdecea}
.screener .visit,.screener .open{--edge:#8a5300;--card:#fff4dd}
@media(prefers-color-scheme:dark){
.screener{--box:#1d2124;--edge:#b1b4b6;--card:#1d262d;--take:#6fd3a5;--on-take:#0b0c0c;--mark:#8ec5ff}
.screener .today,.screener .now{--edge:#ff9d8c;--card:#331a17}
.screener .visit,.screener .open{--edge:#ffc861;--card:#2e2512}}
.screener .kicker{font-size:1rem;font-weight:600;margin:0 0 .6rem}
.screener .card{background:var(--card);border:1px solid var(--edge);border-left:.6rem solid var(--edge);
border-radius:.3rem;padding:.8rem 1rem}
.screener .card p{margin:.4rem 0 0}
.screener .card h2{border:0;margin:0;padding:0;font-size:1.5rem;line-height:1.2}
.screener .card.now{border-width:.25rem;border-left-width:.9rem}
.screener .card.today{border-left-style:double}
.screener .box.today,.screener .box.now{border-left-width:.6rem}
.screener .box{background:var(--box);border:1px solid var(--edge);border-radius:.3rem;padding:.7rem 1rem;
margin-top:1rem}
.screener .box>h2:first-child{border:0;margin:0 0 .3rem;padding:0;font-size:1.2rem}
.screener .box ul{margin:.2rem 0;padding-left:1.2rem}
.screener .box p{margin:.4rem 0}
.screener .actions{margin-top:.6rem}
.screener a.take{display:inline-block;background:var(--take);color:var(--on-take);font-weight:bold;
padding:.55rem 1rem;border-radius:.2rem;text-decoration:none}
.screener details{padding:.5rem 0;border-top:1px solid var(--line)}
.screener h2+details,.screener .box+details{border-top:0}
.screener .box+details{margin-top:1rem}
.screener .box p.from{margin:-.2rem 0 .5rem;font-size:.95rem}
.screener summary{cursor:pointer;overflow-wrap:anywhere}
.screener a{color:var(--mark);overflow-wrap:anywhere}
.screener .flag{margin:.6rem 0 0 1rem}
.screener .flag p{margin:.3rem 0}
.screener a:focus-visible,.screener summary:focus-visible,.screener .sources li:target{outline:3px solid #b58900;
outline-offset:2px}
@media(max-width:30rem){.screener .card{padding:.5rem .7rem}
.screener .card h2{font-size:1.35rem}
.screener .card p{font-size:1rem;line-height:1.4;margin-top:.25rem}
.screener .kicker{margin-bottom:.4rem;font-size:.95rem}}
@media print{
.screener{font-size:10pt;line-height:1.35}
.screener .actions{display:none}
.screener .box,.screener .card{break-inside:avoid;--edge:#000;--box:#fff;--card:#fff;padding:.4rem .7rem;
margin-top:.5rem}
.screener .box.long{break-inside:auto}
.screener a,.screener summary{color:inherit;text-decoration:none}
.screener .sheet+h1{break-before:page}
.screener .sheet{font-size:9pt;line-height:1.25}
.screener .sheet h1,.screener .sheet h2,.screener .sheet h3{font-size:1.1em;margin:.5em 0 .1em;border:0;padding:0}
.screener .sheet p,.screener .sheet ul,.screener .sheet li{margin-top:.1em;margin-bottom:.1em}
.screener .sheet p.small{font-size:.9em}}
"""
