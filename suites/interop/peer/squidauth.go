//go:build linux

package peer

import (
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
)

// SquidAuth is a scheme that squid demands with the helper that verifies it: the
// auth_param lines for squid.conf and the helper's environment. Files that the
// helper reads go to dir, squid's own folder.
type SquidAuth func(dir string) (lines string, env []string, err error)

// SquidRealm is what squid calls itself in Basic and Digest.
const SquidRealm = "squid of the lab"

// helper finds a program that comes with squid.
func helper(name string) (string, error) {
	path := filepath.Join("/usr/lib/squid", name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s: not installed with squid: %w", name, err)
	}
	return path, nil
}

// BySamba demands NTLM and lets a running samba verify it.
func BySamba(verifier *Samba) SquidAuth {
	return func(string) (string, []string, error) {
		program, err := find("ntlm_auth")
		return fmt.Sprintf(`auth_param ntlm program %s --configfile=%s --helper-protocol=squid-2.5-ntlmssp
auth_param ntlm children 5 startup=1
auth_param ntlm keep_alive on
`, program, verifier.config()), nil, err
	}
}

// ByFakeNTLM demands NTLM with ntlm_fake_auth, which believes every name. Its
// short challenge has no TargetInfo. It runs some helpers at once.
func ByFakeNTLM(children int) SquidAuth {
	return func(string) (string, []string, error) {
		program, err := helper("ntlm_fake_auth")
		return fmt.Sprintf(`auth_param ntlm program %[1]s
auth_param ntlm children %[2]d startup=%[2]d
auth_param ntlm keep_alive on
`, program, children), nil, err
	}
}

// ByBasic demands Basic of one account, which basic_ncsa_auth verifies.
func ByBasic(a Account) SquidAuth {
	return func(dir string) (string, []string, error) {
		line := fmt.Sprintf("%s:%x\n", a.User, md5.Sum([]byte(a.Password)))
		return passwordHelper(dir, "basic", "basic_ncsa_auth", "", line)
	}
}

// ByDigest demands Digest (RFC 2617, MD5, qop auth) of one account, which
// digest_file_auth verifies.
func ByDigest(a Account) SquidAuth {
	return func(dir string) (string, []string, error) {
		return passwordHelper(dir, "digest", "digest_file_auth", "-c ", digestLine(a, SquidRealm))
	}
}

// passwordHelper configures a scheme whose helper reads a file of one account.
func passwordHelper(dir, scheme, name, flags, line string) (string, []string, error) {
	program, err := helper(name)
	if err != nil {
		return "", nil, err
	}
	file := filepath.Join(dir, "passwords")
	if err := os.WriteFile(file, []byte(line), 0o644); err != nil {
		return "", nil, fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Sprintf(`auth_param %[1]s program %[2]s %[3]s%[4]s
auth_param %[1]s children 2 startup=1
auth_param %[1]s realm %[5]s
`, scheme, program, flags, file, SquidRealm), nil, nil
}

// digestLine is an account in htdigest's format.
func digestLine(a Account, realm string) string {
	secret := md5.Sum([]byte(a.User + ":" + realm + ":" + a.Password))
	return fmt.Sprintf("%s:%s:%x\n", a.User, realm, secret)
}

// ByKerberos demands Negotiate with a ticket of the KDC for HTTP/localhost, which
// negotiate_kerberos_auth verifies. It knows no NTLM.
func ByKerberos(kdc *KDC) SquidAuth {
	return func(dir string) (string, []string, error) {
		program, err := helper("negotiate_kerberos_auth")
		if err != nil {
			return "", nil, err
		}
		cache, err := replayCache(dir, "proxy")
		return fmt.Sprintf(`auth_param negotiate program %s -k %s -s GSS_C_NO_NAME
auth_param negotiate children 2 startup=1
auth_param negotiate keep_alive on
`, program, kdc.ServiceKeytab()), kdc.env(cache), err
	}
}

// Open lets everybody through, whatever scheme squid is ready for.
func Open(auth SquidAuth) SquidAuth {
	return func(dir string) (string, []string, error) {
		lines, env, err := auth(dir)
		return lines + "http_access allow all\n", env, err
	}
}

// Unlogged is an authentication without squid's access log, so that Users has
// nothing to list.
func Unlogged(auth SquidAuth) SquidAuth {
	return func(dir string) (string, []string, error) {
		lines, env, err := auth(dir)
		return lines + "access_log none\n", env, err
	}
}
