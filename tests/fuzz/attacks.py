"""Texts that would do something if anybody ever ran them; each would leave its mark."""

from tests.fuzz.conftest import MARK


def attacks(trap):
    """Return the texts; what they run would create the file `trap`."""
    path = f"{trap}/{MARK}"
    python = [
        f"__import__('os').system('touch {path}')",
        f"open('{path}', 'w')",
        f"exec(\"open('{path}', 'w')\")",
        f"eval(compile(\"open('{path}', 'w')\", '{MARK}', 'eval'))",
        f"(lambda: __import__('subprocess').run(['touch', '{path}']))()",
        f"[c for c in ().__class__.__base__.__subclasses__() if open('{path}', 'w')]",
        f"import os; os.system('touch {path}')",
        f"''.__class__.__mro__[1].__subclasses__()[0]('{path}')",
        f"getattr(__builtins__, 'open')('{path}', 'w')",
    ]
    others = [
        f"{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}{MARK}",
        f"{{% import os %}}{{{{ os.system('touch {path}') }}}}",
        f"${{T(java.lang.Runtime).getRuntime().exec('touch {path}')}}",
        f"#{{execution.setVariable('{MARK}', 1)}}",
        f"{{0.__class__.__init__.__globals__[os].system('touch {path}')}}",
        f"%(x)s %s {{}} {{0!r}} {MARK}",
        f"'; DROP TABLE instance; -- {MARK}",
        f"<script>{MARK}</script>",
        f"`touch {path}` $(touch {path})",
        f"../../../../tmp/{MARK}",
        f"external function {MARK}",
        f'{{f: function(x) external {{java: {{class: "Runtime", "{MARK}": "exec"}}}}}}.f(1)',
    ]
    return [*python, *(f"= {text}" for text in python), *others, *(f"= {text}" for text in others)]
