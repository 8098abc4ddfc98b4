//go:build linux

package peer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ShareName is the share of a Shares.
const ShareName = "packages"

// Shares is samba as a file server with one share that its account may read, and
// inbox, which it may write.
type Shares struct {
	samba *Samba
	dir   string
}

const shareConfig = `smb encrypt = off
map to guest = never
[%[1]s]
path = %[2]s
read only = yes
valid users = %[3]s
force user = root
[closed]
path = %[2]s
valid users = nobody
[inbox]
path = %[4]s
read only = no
valid users = %[3]s
force user = root
`

// StartShares starts smbd with the files, by names with slashes, in the share.
func StartShares(policy Policy, account Account, files map[string][]byte) (*Shares, error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("samba: its daemons need root")
	}
	dir, err := folder("shares")
	if err != nil {
		return nil, err
	}
	s := &Shares{samba: &Samba{dir: dir, policy: policy, account: account}, dir: filepath.Join(dir, "files")}
	for _, step := range []func() error{s.samba.lay, s.samba.configure, s.configure, s.samba.addAccount, s.run} {
		if err := step(); err != nil {
			return nil, errors.Join(err, s.Stop())
		}
	}
	for name, content := range files {
		if err := s.Put(name, content, time.Date(2004, 7, 1, 22, 8, 0, 0, time.UTC)); err != nil {
			return nil, errors.Join(err, s.Stop())
		}
	}
	return s, nil
}

func (s *Shares) configure() error {
	f, err := os.OpenFile(s.samba.config(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("samba: %w", err)
	}
	_, err = fmt.Fprintf(f, shareConfig, ShareName, s.dir, s.samba.account.User, s.Inbox())
	return errors.Join(err, f.Close(), os.Mkdir(s.dir, 0o755), os.Mkdir(s.Inbox(), 0o755))
}

func (s *Shares) run() (err error) {
	args := []string{"-F", "--no-process-group", "--debug-stdout", "--configfile=" + s.samba.config()}
	s.samba.smbd, err = start(command{"smbd", args, s.samba.env()}, s.samba.dir, func() error { return answers("tcp", loopback(s.samba.port)) })
	return err
}

// Inbox returns the folder of the share inbox, which the account may write.
func (s *Shares) Inbox() string { return filepath.Join(s.samba.dir, "inbox") }

// Put writes a file of the share, with the time of its last change.
func (s *Shares) Put(name string, content []byte, modified time.Time) error {
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644), os.Chtimes(path, modified, modified))
}

// Addr returns host:port of the file server.
func (s *Shares) Addr() string { return loopback(s.samba.port) }

// Stop ends the server and removes its folder.
func (s *Shares) Stop() error {
	return s.samba.Stop()
}

// SMBClient calls samba's client with commands on a share, such as "get a b", in
// folder; what it says is in out, and an error when it says that it failed.
func SMBClient(ctx context.Context, addr, share, folder string, a Account, domain, commands string, args ...string) (out string, err error) {
	path, err := find("smbclient")
	if err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("smbclient: %w", err)
	}
	args = append([]string{"-s", "/dev/null", "-p", port, "-U", domain + `\` + a.User + "%" + a.Password, "-c", commands, "//" + host + "/" + share}, args...)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = folder, []string{"HOME=" + folder, "PATH=" + os.Getenv("PATH")}
	text, err := cmd.CombinedOutput()
	if err != nil {
		return string(text), fmt.Errorf("smbclient: %w: %s", err, strings.TrimSpace(string(text)))
	}
	return string(text), nil
}
