import os, ssl, sys, urllib.request as u
url, out, *options = sys.argv[1:]
handlers, headers, method, form, patience, have = [], {}, None, None, 20, b""
for option in options:
    name, value = option.split("=", 1)
    if name == "range":
        headers["Range"] = value
    if name == "resume":
        headers["Range"] = "bytes=%s-" % value
        have = open(out, "rb").read()
    if name == "method":
        method = value
    if name == "post":
        form = open(value, "rb").read()
    if name == "timeout":
        patience = float(value)
    if name == "proxy":
        handlers.append(u.ProxyHandler({"http": value}))
    if name == "ca":
        handlers.append(u.HTTPSHandler(context=ssl.create_default_context(cafile=value)))
    if name in ("basic", "digest"):
        passwords = u.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, *value.split(":"))
        kind = u.HTTPBasicAuthHandler if name == "basic" else u.HTTPDigestAuthHandler
        handlers.append(kind(passwords))
try:
    with u.build_opener(*handlers).open(u.Request(url, data=form, headers=headers, method=method), timeout=patience) as answer:
        body = (have if answer.status == 206 else b"") + answer.read()
except Exception as problem:
    sys.exit(f"{type(problem).__name__}: {problem}")
with open(out, "wb") as f:
    f.write(body)
