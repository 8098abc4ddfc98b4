//go:build linux

package peer

import (
	"fmt"
	"os"
	"path/filepath"
)

// ApacheAuth is a scheme that Apache demands. Files that it needs go to dir,
// Apache's own folder.
type ApacheAuth func(dir string) (apacheUse, error)

// apacheUse is what a scheme adds to Apache's configuration and environment.
type apacheUse struct {
	modules, directives string
	env                 []string
}

// ApacheRealm is what Apache calls itself in Digest.
const ApacheRealm = "apache of the lab"

// NTLMDomain is the domain of the accounts that gss-ntlmssp knows.
const NTLMDomain = "LAB"

func module(name string) string {
	return fmt.Sprintf("LoadModule %[1]s_module %[2]s/mod_%[1]s.so\n", name, apacheModules)
}

// ByGSSNTLM demands Negotiate and takes NTLM inside SPNEGO, by mod_auth_gssapi with
// gss-ntlmssp at an LmCompatibilityLevel, of one account. From level 3 it takes
// NTLMv2 only.
func ByGSSNTLM(account Account, level int) ApacheAuth {
	return func(dir string) (apacheUse, error) {
		file, err := NTLMUserFile(dir, account)
		return apacheUse{
			modules: module("auth_gssapi"),
			directives: `  AuthType GSSAPI
  AuthName lab
  GssapiAllowedMech ntlmssp
  GssapiConnectionBound On
`,
			env: []string{
				"NTLM_USER_FILE=" + file, "KRB5_KTNAME=FILE:/nonexistent", fmt.Sprint("LM_COMPAT_LEVEL=", level),
			},
		}, err
	}
}

// NTLMUserFile writes, into dir, what gss-ntlmssp reads an account from, and gives
// its path for the environment variable NTLM_USER_FILE.
func NTLMUserFile(dir string, a Account) (string, error) {
	file := filepath.Join(dir, "ntlm-users")
	line := fmt.Sprintf("%s:%s:%s\n", NTLMDomain, a.User, a.Password)
	if err := os.WriteFile(file, []byte(line), 0o644); err != nil {
		return "", fmt.Errorf("gss-ntlmssp: %w", err)
	}
	return file, nil
}

// ByGSSKerberos demands Negotiate with a ticket of the KDC for HTTP/localhost, by
// mod_auth_gssapi with MIT's Kerberos.
func ByGSSKerberos(kdc *KDC) ApacheAuth {
	return func(dir string) (apacheUse, error) {
		cache, err := replayCache(dir, "www-data")
		return apacheUse{
			modules: module("auth_gssapi"),
			directives: fmt.Sprintf(`  AuthType GSSAPI
  AuthName lab
  GssapiAllowedMech krb5
  GssapiCredStore keytab:%s
`, kdc.ServiceKeytab()),
			env: kdc.env(cache),
		}, err
	}
}

// ByApacheDigest demands Digest (RFC 2617, MD5, qop auth) of one account, by
// mod_auth_digest.
func ByApacheDigest(account Account) ApacheAuth {
	return func(dir string) (apacheUse, error) {
		file := filepath.Join(dir, "digest-users")
		if err := os.WriteFile(file, []byte(digestLine(account, ApacheRealm)), 0o644); err != nil {
			return apacheUse{}, fmt.Errorf("mod_auth_digest: %w", err)
		}
		return apacheUse{
			modules: module("authn_file") + module("auth_digest"),
			directives: fmt.Sprintf(`  AuthType Digest
  AuthName "%s"
  AuthDigestProvider file
  AuthUserFile %s
`, ApacheRealm, file),
		}, nil
	}
}
