#!/bin/bash
# Installs from Debian what the interop suite meets, when it is not there yet.
# What cannot be installed ends the script, and the suite, with its name.
set -euo pipefail

# program:package
peers=(
	squid:squid
	curl:curl
	wget:wget
	aria2c:aria2
	wrk:wrk
	python3:python3
	pytest-3:python3-pytest
	nginx:nginx-light
	smbd:samba
	smbpasswd:samba-common-bin
	smbclient:smbclient
	winbindd:winbind
	ntlm_auth:winbind
	apache2:apache2-bin
	krb5kdc:krb5-kdc
	kadmin.local:krb5-admin-server
	kinit:krb5-user
	node:nodejs
)
# Libraries rather than programs: samba's view of the Unix accounts, NTLM for
# GSS-API, GSS-API for apache, a validator of HTTP Archives, and SOAP for Python.
libraries=(libnss-wrapper gss-ntlmssp libapache2-mod-auth-gssapi node-har-validator python3-zeep)

PATH=$PATH:/usr/sbin:/sbin
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)

missing=()
for peer in "${peers[@]}"; do
	command -v "${peer%%:*}" >/dev/null || missing+=("${peer##*:}")
done
for library in "${libraries[@]}"; do
	dpkg-query -W -f '${Status}' "$library" 2>/dev/null | grep -q 'ok installed' || missing+=("$library")
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || { echo "interop: missing ${missing[*]}, and no apt-get to install them" >&2; exit 1; }

# Debian starts a service when its package is installed; these must not run,
# for winbindd's socket can have one owner only.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap '"${as_root[@]}" rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
	"${as_root[@]}" chmod +x "$policy"
fi

echo "interop: installing ${missing[*]}" >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
for package in $(printf '%s\n' "${missing[@]}" | sort -u); do
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends "$package" >&2 </dev/null ||
		{ echo "interop: cannot install $package" >&2; exit 1; }
done

for peer in "${peers[@]}"; do
	command -v "${peer%%:*}" >/dev/null ||
		{ echo "interop: ${peer%%:*} is missing although ${peer##*:} is installed" >&2; exit 1; }
done
