//go:build linux

package peer

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// Policy is which NTLM responses samba accepts: the parameters "ntlm auth" and
// "lanman auth" of smb.conf(5).
type Policy struct {
	NTLMAuth   string
	LanmanAuth bool
}

// The policies that a domain controller may have, by the LmCompatibilityLevel that
// demands the same.
var (
	// PermitAll accepts LM, NTLM and NTLMv2: LmCompatibilityLevel 0 to 3.
	PermitAll = Policy{NTLMAuth: "ntlmv1-permitted", LanmanAuth: true}
	// RefuseLM accepts NTLM and NTLMv2: LmCompatibilityLevel 4.
	RefuseLM = Policy{NTLMAuth: "ntlmv1-permitted"}
	// OnlyV2 accepts NTLMv2 alone: LmCompatibilityLevel 5.
	OnlyV2 = Policy{NTLMAuth: "ntlmv2-only"}
)

// String gives the policy as smb.conf has it.
func (p Policy) String() string {
	return fmt.Sprintf("ntlm auth = %s, lanman auth = %s", p.NTLMAuth, yesNo(p.LanmanAuth))
}

// Account is a user of the samba server, in its own domain SambaDomain.
type Account struct{ User, Password string }

// SambaDomain is the NetBIOS name of the server and so the domain of its users.
const SambaDomain = "LABSRV"

// winbindSocket is where winbindd listens; the place is compiled in.
const winbindSocket = "/run/samba/winbindd/pipe"

// Samba is a standalone samba server: smbd, which keeps the accounts, and
// winbindd, which verifies logons for ntlm_auth. Only one can run at a time.
type Samba struct {
	dir            string
	policy         Policy
	account        Account
	port           int
	smbd, winbindd *process
}

// StartSamba starts a server with one account.
func StartSamba(policy Policy, account Account) (*Samba, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("samba: its daemons need root")
	}
	if answers("unix", winbindSocket) == nil {
		return nil, fmt.Errorf("samba: another winbindd answers at %s; stop it first", winbindSocket)
	}
	dir, err := folder("samba")
	if err != nil {
		return nil, err
	}
	s := &Samba{dir: dir, policy: policy, account: account}
	for _, step := range []func() error{s.lay, s.configure, s.addAccount, s.run} {
		if err := step(); err != nil {
			return nil, errors.Join(err, s.Stop())
		}
	}
	return s, nil
}

// lay makes the folders. Samba insists on the modes.
func (s *Samba) lay() error {
	for name, mode := range map[string]os.FileMode{"private": 0o700, "lock": 0o755, "state": 0o755,
		"cache": 0o755, "ncalrpc": 0o755, "pid": 0o755, "log": 0o755} {
		if err := os.Mkdir(filepath.Join(s.dir, name), mode); err != nil {
			return fmt.Errorf("samba: %w", err)
		}
	}
	return os.MkdirAll(filepath.Dir(filepath.Dir(winbindSocket)), 0o755)
}

const sambaConfig = `[global]
netbios name = %[2]s
workgroup = WUALAB
server role = standalone server
passdb backend = tdbsam
private dir = %[1]s/private
lock directory = %[1]s/lock
state directory = %[1]s/state
cache directory = %[1]s/cache
ncalrpc dir = %[1]s/ncalrpc
pid directory = %[1]s/pid
log file = %[1]s/log/%%m.log
smb ports = %[3]d
interfaces = 127.0.0.1
bind interfaces only = yes
disable spoolss = yes
load printers = no
ntlm auth = %[4]s
lanman auth = %[5]s
`

func (s *Samba) configure() error {
	var err error
	if s.port, err = freePort(); err != nil {
		return err
	}
	text := fmt.Sprintf(sambaConfig, s.dir, SambaDomain, s.port, s.policy.NTLMAuth, yesNo(s.policy.LanmanAuth))
	if err := os.WriteFile(s.config(), []byte(text), 0o644); err != nil {
		return fmt.Errorf("samba: %w", err)
	}
	return s.unixAccount()
}

// unixAccount lets samba, and nothing else, see a Unix account for its own,
// which it demands, without one on the machine: cwrap's nss_wrapper reads
// these copies.
func (s *Samba) unixAccount() error {
	const id = 20001
	lines := map[string]string{
		"passwd": fmt.Sprintf("%s:x:%d:%d::/nonexistent:/usr/sbin/nologin\n", s.account.User, id, id),
		"group":  fmt.Sprintf("%s:x:%d:\n", s.account.User, id),
	}
	for name, line := range lines {
		text, err := os.ReadFile("/etc/" + name)
		if err != nil {
			return fmt.Errorf("samba: %w", err)
		}
		if err := os.WriteFile(filepath.Join(s.dir, name), append(text, line...), 0o644); err != nil {
			return fmt.Errorf("samba: %w", err)
		}
	}
	return nil
}

func (s *Samba) env() []string {
	return []string{
		"LD_PRELOAD=libnss_wrapper.so",
		"NSS_WRAPPER_PASSWD=" + filepath.Join(s.dir, "passwd"),
		"NSS_WRAPPER_GROUP=" + filepath.Join(s.dir, "group"),
	}
}

func (s *Samba) addAccount() error {
	path, err := find("smbpasswd")
	if err != nil {
		return err
	}
	cmd := exec.Command(path, "-c", s.config(), "-s", "-a", s.account.User)
	cmd.Env = append(os.Environ(), s.env()...)
	cmd.Stdin = strings.NewReader(s.account.Password + "\n" + s.account.Password + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("smbpasswd: %w: %s", err, out)
	}
	return nil
}

func (s *Samba) run() (err error) {
	args := []string{"-F", "--no-process-group", "--debug-stdout", "--configfile=" + s.config()}
	s.smbd, err = start(command{"smbd", args, s.env()}, s.dir, func() error { return answers("tcp", loopback(s.port)) })
	if err != nil {
		return err
	}
	s.winbindd, err = start(command{"winbindd", args, s.env()}, s.dir, func() error {
		return s.Verify(s.account)
	})
	if err != nil {
		return err
	}
	return s.openTo("proxy")
}

// openTo lets squid's helper into winbindd's private socket.
func (s *Samba) openTo(group string) error {
	g, err := user.LookupGroup(group)
	if err != nil {
		return fmt.Errorf("squid's group: %w", err)
	}
	id, err := strconv.Atoi(g.Gid)
	if err != nil {
		return fmt.Errorf("squid's group: %w", err)
	}
	return os.Chown(filepath.Join(s.dir, "state", "winbindd_privileged"), 0, id)
}

// Verify asks samba, by the password itself, whether it knows the account.
func (s *Samba) Verify(a Account) error {
	path, err := find("ntlm_auth")
	if err != nil {
		return err
	}
	out, err := exec.Command(path, "--configfile="+s.config(), "--domain="+SambaDomain,
		"--username="+a.User, "--password="+a.Password).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ntlm_auth: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (s *Samba) config() string { return filepath.Join(s.dir, "smb.conf") }

// Stop ends the daemons and removes their folder.
func (s *Samba) Stop() error {
	return errors.Join(s.winbindd.stop(), s.smbd.stop(), killCalled("--configfile="+s.config()), os.RemoveAll(s.dir))
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
