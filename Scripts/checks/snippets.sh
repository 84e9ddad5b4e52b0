#!/usr/bin/env bash
# The code of the articles is code that was compiled and run: a block below <!-- snippet: NAME --> in a DocC article is the
# region `// snippet: NAME` … `// snippet.end` of a test in Tests/<Target>Tests/Snippets, without its indentation.
set -euo pipefail
if ! command -v python3 >/dev/null; then
    [ -z "${CI:-}" ] || { echo "python3 is not there: apt-get install python3"; exit 1; }
    exit 0
fi
python3 - <<'PYTHON'
import glob, re, sys, textwrap

wrong = 0
def tell(text):
    global wrong
    wrong += 1
    print(text)

for folder in sorted(glob.glob("Sources/*/Documentation.docc")):
    target = folder.split("/")[1]
    regions = {}
    for file in sorted(glob.glob(f"Tests/{target}Tests/Snippets/*.swift")):
        source = open(file).read()
        for name, code in re.findall(r"^[ ]*// snippet: (\S+)\n(.*?)^[ ]*// snippet\.end$", source, re.M | re.S):
            if name in regions: tell(f"{file}: two snippets are named '{name}'")
            regions[name] = textwrap.dedent(code).strip()
    used = set()
    for article in sorted(glob.glob(folder + "/*.md")):
        for name, code in re.findall(r"<!-- snippet: (\S+) -->\n```swift\n(.*?)\n```", open(article).read(), re.S):
            used.add(name)
            if name not in regions: tell(f"{article}: there is no snippet '{name}'")
            elif regions[name] != code.strip():
                tell(f"{article}: the block '{name}' is not what is compiled; it must be\n{regions[name]}")
    for name in sorted(regions.keys() - used): tell(f"no article of {target} has the snippet '{name}'")
sys.exit(1 if wrong else 0)
PYTHON
