package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/auth/credrule"
)

// question is what "wualab explain" asks about credentials.
type question struct {
	flags       *pflag.FlagSet // which were set
	reg         []string
	profile     string
	target      string
	credentials []string
	offered     []string
	level       int
	useLMCompat string
	https       bool
}

func (q *question) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&q.profile, "profile", "xp-sp2", "`id` of the kind of PC, see \"wualab list profiles\"")
	flags.StringArrayVar(&q.reg, "reg", nil, "registry export of the PC, a .reg `file`; may be repeated")
	flags.StringVar(&q.target, "target", "proxy", "`who` asks for credentials: proxy (407) or server (401)")
	flags.StringSliceVar(&q.offered, "offered", []string{"ntlm"}, "`schemes` of the challenge: basic, digest, ntlm, negotiate, passport")
	flags.StringSliceVar(&q.credentials, "set-credentials", nil, "what the program gave SetCredentials, a `kind`: none, implicit (NULL name and password) or explicit; for the other target as server=implicit")
	flags.IntVar(&q.level, "lm", 0, "LmCompatibilityLevel, a `number` from 0 to 5")
	flags.StringVar(&q.useLMCompat, "uselmcompat", "", "UseLMCompat: a `number`, or absent")
	flags.BoolVar(&q.https, "https", false, "the file's URL is https")
	completeProfiles(cmd)
	complete(cmd, "target", "proxy", "server")
	complete(cmd, "offered", "basic", "digest", "ntlm", "negotiate", "passport")
	complete(cmd, "set-credentials", "none", "implicit", "explicit")
	complete(cmd, "uselmcompat", "absent", "0", "1", "2")
}

// completeProfiles lets shells complete --profile.
func completeProfiles(cmd *cobra.Command) {
	var profiles []string
	for _, p := range machine.Profiles() {
		profiles = append(profiles, cobra.CompletionWithDesc(p.ID, p.Title))
	}
	complete(cmd, "profile", profiles...)
}

// pc makes the PC that is asked about.
func (q question) pc() (*machine.Machine, error) {
	pc, err := pcOf(q.profile, q.reg)
	if err != nil {
		return nil, err
	}
	return pc, q.override(pc.Registry())
}

// pcOf makes a PC of a profile with the values of .reg files on top.
func pcOf(id string, reg []string) (*machine.Machine, error) {
	profile, err := machine.ProfileByID(id)
	if err != nil {
		return nil, usage(err.Error(), `"wualab list profiles" shows the profiles`)
	}
	pc := machine.New(profile)
	for _, path := range reg {
		if err := importReg(pc, path); err != nil {
			return nil, loadError(err)
		}
	}
	return pc, nil
}

func importReg(pc *machine.Machine, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return pc.Registry().Import(f, path)
}

// override writes the values that flags give into the registry.
func (q question) override(r *machine.Registry) error {
	if q.flags.Changed("lm") {
		if q.level < 0 || q.level > 5 {
			return usage(fmt.Sprintf("--lm %d", q.level), "LmCompatibilityLevel is 0 to 5")
		}
		if err := r.Set(machine.LsaKey, machine.LmCompatibilityLevelValue, machine.DWORD(uint32(q.level))); err != nil {
			return err
		}
	}
	switch {
	case q.useLMCompat == "":
		return nil
	case q.useLMCompat == "absent":
		return r.DeleteValue(machine.BITSKey, machine.UseLMCompatValue)
	}
	n, err := strconv.ParseUint(q.useLMCompat, 0, 32)
	if err != nil {
		return usage(fmt.Sprintf("--uselmcompat %s", q.useLMCompat), "want a number (0, 1 or 2) or absent")
	}
	return r.Set(machine.BITSKey, machine.UseLMCompatValue, machine.DWORD(uint32(n)))
}

// input is the credential decision's input, read from the PC as BITS reads it.
func (q question) input(pc *machine.Machine) (credrule.Input, error) {
	version, err := pc.BITS()
	if err != nil {
		return credrule.Input{}, couldNotRun(err, "")
	}
	level, _ := pc.EffectiveLmCompatibilityLevel()
	in := credrule.Input{BITS: credrule.Version(version), LmCompatibilityLevel: level, OS: pc.Profile().OS.Family(), HTTPS: q.https}
	if value, present, err := pc.UseLMCompat(); err == nil && present {
		in.UseLMCompat = credrule.LMCompat(value)
	}
	if in.Target, err = credrule.ParseTarget(q.target); err != nil {
		return in, usage("--target: "+err.Error(), "want proxy or server")
	}
	for _, name := range q.offered {
		scheme, err := credrule.ParseScheme(strings.TrimSpace(name))
		if err != nil {
			return in, usage("--offered: "+err.Error(), "want some of basic, digest, ntlm, negotiate, passport")
		}
		in.Offered = append(in.Offered, scheme)
	}
	in.Credentials, err = q.set(in)
	return in, err
}

// set is what --set-credentials says: for the target that asks or for a named
// one, and for the offered schemes that SetCredentials takes it for.
func (q question) set(in credrule.Input) (credrule.Credentials, error) {
	list := credrule.Credentials{}
	for _, value := range q.credentials {
		target, kind := in.Target, value
		if before, after, ok := strings.Cut(value, "="); ok {
			named, err := credrule.ParseTarget(before)
			if err != nil {
				return nil, usage("--set-credentials: "+err.Error(), "want proxy=implicit, server=explicit, ...")
			}
			target, kind = named, after
		}
		given, err := credrule.ParseSet(kind)
		if err != nil {
			return nil, usage("--set-credentials: "+err.Error(), "want none, implicit or explicit")
		}
		if !addSet(list, target, given, in.Offered) {
			return nil, usage("--set-credentials implicit needs NTLM or Negotiate among --offered",
				"for another scheme SetCredentials returns E_INVALIDARG when name and password are NULL")
		}
	}
	return list, nil
}

// addSet adds what was set for a target; false when SetCredentials would refuse
// it for every scheme.
func addSet(list credrule.Credentials, target credrule.Target, given credrule.Set, offered []credrule.Scheme) bool {
	if given == credrule.None {
		return true
	}
	added := false
	for _, scheme := range offered {
		if given == credrule.Implicit && scheme != credrule.NTLM && scheme != credrule.Negotiate {
			continue
		}
		list[credrule.Entry{Target: target, Scheme: scheme}] = given
		added = true
	}
	return added
}
