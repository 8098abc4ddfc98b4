//go:build linux

package peer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// Apache is an Apache httpd 2.4 that serves files to authenticated clients.
type Apache struct {
	dir     string
	port    int
	process *process
}

// apacheConfig loads what every Apache of ours needs beyond what Debian builds in,
// such as log_config and unixd.
const apacheConfig = `ServerRoot %[1]s
ServerName localhost
Listen 127.0.0.1:%[2]d
PidFile %[1]s/pid
DefaultRuntimeDir %[1]s
Mutex file:%[1]s
User www-data
Group www-data
LoadModule mpm_event_module %[3]s/mod_mpm_event.so
LoadModule authn_core_module %[3]s/mod_authn_core.so
LoadModule authz_core_module %[3]s/mod_authz_core.so
LoadModule authz_user_module %[3]s/mod_authz_user.so
%[4]s
ErrorLog %[1]s/error.log
LogFormat "%%u \"%%r\" %%>s" lab
CustomLog %[1]s/access.log lab
KeepAlive On
DocumentRoot %[1]s/www
<Location />
  Require valid-user
%[5]s
</Location>
`

// apacheModules is where Debian keeps them.
const apacheModules = "/usr/lib/apache2/modules"

// StartApache serves the files, whose names have no folders, to whom the
// ApacheAuth knows.
func StartApache(auth ApacheAuth, files map[string][]byte) (*Apache, error) {
	dir, err := folder("apache2")
	if err != nil {
		return nil, err
	}
	a := &Apache{dir: dir}
	if err := a.start(auth, files); err != nil {
		return nil, errors.Join(err, a.Stop())
	}
	return a, nil
}

func (a *Apache) start(auth ApacheAuth, files map[string][]byte) (err error) {
	if a.port, err = freePort(); err != nil {
		return fmt.Errorf("apache2: %w", err)
	}
	use, err := auth(a.dir)
	if err != nil {
		return err
	}
	if err := a.configure(use, files); err != nil {
		return fmt.Errorf("apache2: %w", err)
	}
	args := []string{"-D", "FOREGROUND", "-f", filepath.Join(a.dir, "apache2.conf")}
	a.process, err = start(command{program: "apache2", args: args, env: use.env}, a.dir, func() error {
		return answers("tcp", loopback(a.port))
	})
	return err
}

func (a *Apache) configure(use apacheUse, files map[string][]byte) error {
	text := fmt.Appendf(nil, apacheConfig, a.dir, a.port, apacheModules, use.modules, use.directives)
	if err := os.WriteFile(filepath.Join(a.dir, "apache2.conf"), text, 0o644); err != nil {
		return err
	}
	return webFolder(a.dir, files)
}

// webFolder puts files below dir/www.
func webFolder(dir string, files map[string][]byte) error {
	if err := os.Mkdir(filepath.Join(dir, "www"), 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, "www", name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Addr is where it listens, by the name for which it has a Kerberos key.
func (a *Apache) Addr() string { return fmt.Sprintf("localhost:%d", a.port) }

// userOf finds the user in a line of the log.
var userOf = regexp.MustCompile(`(?m)^(\S+) "`)

// Users lists the user of each request that is over, "-" for none.
func (a *Apache) Users() []string {
	var users []string
	for _, m := range userOf.FindAllStringSubmatch(contents(filepath.Join(a.dir, "access.log")), -1) {
		users = append(users, m[1])
	}
	return users
}

// ErrorLog is what Apache has complained of.
func (a *Apache) ErrorLog() string { return contents(filepath.Join(a.dir, "error.log")) }

// Stop ends it and removes its folder.
func (a *Apache) Stop() error { return errors.Join(a.process.stop(), os.RemoveAll(a.dir)) }
