//go:build linux

package peer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Realm is the Kerberos realm of the KDC.
const Realm = "WUALAB.TEST"

// KDC is MIT's krb5kdc with a realm of one user, and one service: HTTP/localhost.
// Its clients and services find it by the krb5.conf at Config.
type KDC struct {
	dir     string
	port    int
	account Account
	process *process
}

const krb5Config = `[libdefaults]
  default_realm = %[1]s
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
[realms]
  %[1]s = {
    kdc = 127.0.0.1:%[2]d
  }
[domain_realm]
  localhost = %[1]s
[logging]
  default = STDERR
`

const kdcConfig = `[kdcdefaults]
  kdc_listen = 127.0.0.1:%[3]d
  kdc_tcp_listen = 127.0.0.1:%[3]d
[realms]
  %[1]s = {
    database_name = %[2]s/principal
    key_stash_file = %[2]s/stash
    acl_file = %[2]s/acl
  }
`

// StartKDC starts a KDC with one account.
func StartKDC(account Account) (*KDC, error) {
	dir, err := folder("krb5kdc")
	if err != nil {
		return nil, err
	}
	k := &KDC{dir: dir, account: account}
	for _, step := range []func() error{k.configure, k.populate, k.run} {
		if err := step(); err != nil {
			return nil, errors.Join(err, k.Stop())
		}
	}
	return k, nil
}

func (k *KDC) configure() error {
	var err error
	if k.port, err = freePort(); err != nil {
		return fmt.Errorf("krb5kdc: %w", err)
	}
	files := map[string]string{
		k.Config():  fmt.Sprintf(krb5Config, Realm, k.port),
		k.profile(): fmt.Sprintf(kdcConfig, Realm, k.dir, k.port),
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return fmt.Errorf("krb5kdc: %w", err)
		}
	}
	return nil
}

// populate makes the database, the principals and their keytabs. The user's
// keytab has the keys of the password, as ktadd with -norandkey leaves them.
func (k *KDC) populate() error {
	user, service := k.account.User+"@"+Realm, "HTTP/localhost@"+Realm
	commands := [][]string{
		{"kdb5_util", "-r", Realm, "create", "-s", "-P", "master of the lab"},
		{"kadmin.local", "-r", Realm, "addprinc", "-pw", k.account.Password, user},
		{"kadmin.local", "-r", Realm, "addprinc", "-randkey", service},
		{"kadmin.local", "-r", Realm, "ktadd", "-q", "-k", k.ServiceKeytab(), service},
		{"kadmin.local", "-r", Realm, "ktadd", "-q", "-norandkey", "-k", k.UserKeytab(), user},
	}
	for _, argv := range commands {
		if err := k.call(argv); err != nil {
			return err
		}
	}
	return os.Chmod(k.ServiceKeytab(), 0o644) // squid and apache give up root
}

func (k *KDC) call(argv []string) error {
	path, err := find(argv[0])
	if err != nil {
		return err
	}
	cmd := exec.Command(path, argv[1:]...)
	cmd.Env = append(os.Environ(), k.env()...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", argv[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (k *KDC) run() (err error) {
	args := []string{"-n", "-r", Realm, "-P", filepath.Join(k.dir, "pid")}
	k.process, err = start(command{program: "krb5kdc", args: args, env: k.env()}, k.dir, func() error {
		return answers("tcp", loopback(k.port))
	})
	return err
}

// env is what Kerberos programs of this realm need to know.
func (k *KDC) env(more ...string) []string {
	return append(more, "KRB5_CONFIG="+k.Config(), "KRB5_KDC_PROFILE="+k.profile())
}

// replayCache gives the environment variable that lets a service, which runs as a
// user, remember in dir what it was shown, so that a replay is refused.
func replayCache(dir, user string) (string, error) {
	place := filepath.Join(dir, "replays")
	if err := os.Mkdir(place, 0o700); err != nil {
		return "", fmt.Errorf("the replay cache: %w", err)
	}
	if err := giveTo(user, place); err != nil {
		return "", fmt.Errorf("the replay cache: %w", err)
	}
	return "KRB5RCACHENAME=file2:" + filepath.Join(place, "cache"), nil
}

// Config is the path of the krb5.conf that names the KDC.
func (k *KDC) Config() string { return filepath.Join(k.dir, "krb5.conf") }

func (k *KDC) profile() string { return filepath.Join(k.dir, "kdc.conf") }

// ServiceKeytab is the path of the keytab of HTTP/localhost.
func (k *KDC) ServiceKeytab() string { return filepath.Join(k.dir, "http.keytab") }

// UserKeytab is the path of the keytab of the account.
func (k *KDC) UserKeytab() string { return filepath.Join(k.dir, "user.keytab") }

// Login has kinit fetch a ticket-granting ticket for an account by its password,
// and gives the environment in which other programs, such as curl, use it.
func (k *KDC) Login(ctx context.Context, a Account) ([]string, error) {
	path, err := find("kinit")
	if err != nil {
		return nil, err
	}
	env := k.env("KRB5CCNAME=FILE:" + k.CCache(a))
	cmd := exec.CommandContext(ctx, path, a.User+"@"+Realm)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin = strings.NewReader(a.Password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("kinit: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return env, nil
}

// CCache is the path of the credential cache that Login fills.
func (k *KDC) CCache(a Account) string { return filepath.Join(k.dir, "ccache-"+a.User) }

// Stop ends it and removes its folder.
func (k *KDC) Stop() error { return errors.Join(k.process.stop(), os.RemoveAll(k.dir)) }
