package automatic_test

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/agent/machine"
	"github.com/wualab/wualab/agent/wua/automatic"
)

// pcWith makes a PC with values of policy; names that begin with "local " are the user's,
// with "root " those above AU.
func pcWith(profile string, values map[string]any) *machine.Machine {
	p, err := machine.ProfileByID(profile)
	Expect(err).NotTo(HaveOccurred())
	pc := machine.New(p)
	for name, v := range values {
		key := automatic.PolicyKeyAU
		switch {
		case len(name) > 6 && name[:6] == "local ":
			key, name = automatic.LocalKey, name[6:]
		case len(name) > 5 && name[:5] == "root ":
			key, name = automatic.PolicyKey, name[5:]
		}
		value := machine.SZ(fmt.Sprint(v))
		if n, ok := v.(int); ok {
			value = machine.DWORD(uint32(n))
		}
		Expect(pc.Registry().Set(key, name, value)).To(Succeed())
	}
	return pc
}

type values = map[string]any

var _ = Describe("the policy", func() {
	It("is the documented default where nothing is set", func() {
		p := automatic.ReadPolicy(pcWith("xp-sp2", nil))
		Expect(p).To(Equal(automatic.Policy{Options: automatic.ScheduledInstall, Hour: 3, DetectionPeriod: 22 * time.Hour,
			Missed: automatic.Missed{Wait: time.Minute}, RebootWarning: 5 * time.Minute, RebootRelaunch: 10 * time.Minute}))
	})
	DescribeTable("on a system without settings", func(profile string, options automatic.Options) {
		Expect(automatic.ReadPolicy(pcWith(profile, nil)).Options).To(Equal(options))
	},
		Entry("Windows 2000", "windows-2000-sp4", automatic.NotConfigured),
		Entry("XP", "xp-rtm", automatic.NotConfigured),
		Entry("XP SP1", "xp-sp1", automatic.NotConfigured),
		Entry("XP SP2", "xp-sp2", automatic.ScheduledInstall),
		Entry("Server 2003", "server-2003", automatic.ScheduledInstall),
		Entry("Vista", "vista", automatic.ScheduledInstall),
	)
	DescribeTable("AUOptions and NoAutoUpdate", func(v values, options automatic.Options, byPolicy bool) {
		p := automatic.ReadPolicy(pcWith("xp-sp2", v))
		Expect(p.Options).To(Equal(options))
		Expect(p.ByPolicy).To(Equal(byPolicy))
	},
		Entry("1", values{"AUOptions": 1}, automatic.Disabled, true),
		Entry("2", values{"AUOptions": 2}, automatic.NotifyBeforeDownload, true),
		Entry("3", values{"AUOptions": 3}, automatic.NotifyBeforeInstall, true),
		Entry("4", values{"AUOptions": 4}, automatic.ScheduledInstall, true),
		Entry("5, the user chose 2", values{"AUOptions": 5, "local AUOptions": 2}, automatic.NotifyBeforeDownload, false),
		Entry("5, the user chose nothing", values{"AUOptions": 5}, automatic.ScheduledInstall, false),
		Entry("5, the user turned it off", values{"AUOptions": 5, "local AUOptions": 1}, automatic.ScheduledInstall, false),
		Entry("none, the user chose 3", values{"local AUOptions": 3}, automatic.NotifyBeforeInstall, false),
		Entry("none, the user turned it off", values{"local AUOptions": 1}, automatic.Disabled, false),
		Entry("policy before the user", values{"AUOptions": 4, "local AUOptions": 1}, automatic.ScheduledInstall, true),
		Entry("NoAutoUpdate before all", values{"AUOptions": 4, "NoAutoUpdate": 1}, automatic.Disabled, true),
		Entry("NoAutoUpdate 0", values{"AUOptions": 3, "NoAutoUpdate": 0}, automatic.NotifyBeforeInstall, true),
	)
	DescribeTable("the schedule is that of policy with policy's options, else the user's", func(v values, day, hour int) {
		p := automatic.ReadPolicy(pcWith("xp-sp2", v))
		Expect([]int{p.Day, p.Hour}).To(Equal([]int{day, hour}))
	},
		Entry("none", values{"AUOptions": 4}, 0, 3),
		Entry("policy", values{"AUOptions": 4, "ScheduledInstallDay": 7, "ScheduledInstallTime": 23, "local ScheduledInstallDay": 2}, 7, 23),
		Entry("the user's", values{"AUOptions": 5, "local AUOptions": 4, "local ScheduledInstallDay": 1, "local ScheduledInstallTime": 0, "ScheduledInstallDay": 4}, 1, 0),
	)
	DescribeTable("a time is enabled by the value beside it", func(v values, read func(automatic.Policy) time.Duration, want time.Duration) {
		Expect(read(automatic.ReadPolicy(pcWith("xp-sp2", v)))).To(Equal(want))
	},
		Entry("DetectionFrequency", values{"DetectionFrequency": 1, "DetectionFrequencyEnabled": 1}, detection, time.Hour),
		Entry("DetectionFrequency 22", values{"DetectionFrequency": 22, "DetectionFrequencyEnabled": 1}, detection, 22*time.Hour),
		Entry("DetectionFrequency alone", values{"DetectionFrequency": 1}, detection, 22*time.Hour),
		Entry("DetectionFrequency, disabled", values{"DetectionFrequency": 1, "DetectionFrequencyEnabled": 0}, detection, 22*time.Hour),
		Entry("DetectionFrequency, enabled without", values{"DetectionFrequencyEnabled": 1}, detection, 22*time.Hour),
		Entry("RebootWarningTimeout", values{"RebootWarningTimeout": 30, "RebootWarningTimeoutEnabled": 1}, warning, 30*time.Minute),
		Entry("RebootWarningTimeout, disabled", values{"RebootWarningTimeout": 30, "RebootWarningTimeoutEnabled": 0}, warning, 5*time.Minute),
		Entry("RebootRelaunchTimeout", values{"RebootRelaunchTimeout": 1440, "RebootRelaunchTimeoutEnabled": 1}, relaunch, 24*time.Hour),
		Entry("RebootRelaunchTimeout, disabled", values{"RebootRelaunchTimeout": 1440}, relaunch, 10*time.Minute),
		Entry("RescheduleWaitTime", values{"RescheduleWaitTime": 60, "RescheduleWaitTimeEnabled": 1}, missed, time.Hour),
	)
	It("lets a missed installation wait for the next time where RescheduleWaitTime is disabled", func() {
		Expect(automatic.ReadPolicy(pcWith("xp-sp2", values{"RescheduleWaitTimeEnabled": 0})).Missed.NextTime).To(BeTrue())
		Expect(automatic.ReadPolicy(pcWith("xp-sp2", nil)).Missed.NextTime).To(BeFalse())
	})
	It("warns for 15 minutes from Vista on", func() {
		Expect(automatic.ReadPolicy(pcWith("windows-7", nil)).RebootWarning).To(Equal(15 * time.Minute))
		Expect(automatic.ReadPolicy(pcWith("windows-7", values{"RebootWarningTimeout": 2, "RebootWarningTimeoutEnabled": 1})).RebootWarning).To(Equal(2 * time.Minute))
	})
	DescribeTable("a switch", func(name string, read func(automatic.Policy) bool) {
		Expect(read(automatic.ReadPolicy(pcWith("xp-sp2", values{name: 1})))).To(BeTrue())
		Expect(read(automatic.ReadPolicy(pcWith("xp-sp2", values{name: 0})))).To(BeFalse())
		Expect(read(automatic.ReadPolicy(pcWith("xp-sp2", nil)))).To(BeFalse())
	},
		Entry(nil, "UseWUServer", func(p automatic.Policy) bool { return p.UseWUServer }),
		Entry(nil, "NoAutoRebootWithLoggedOnUsers", func(p automatic.Policy) bool { return p.NoAutoRebootWithLoggedOnUsers }),
		Entry(nil, "AutoInstallMinorUpdates", func(p automatic.Policy) bool { return p.AutoInstallMinorUpdates }),
		Entry(nil, "NoAUShutdownOption", func(p automatic.Policy) bool { return p.NoAUShutdownOption }),
		Entry(nil, "root ElevateNonAdmins", func(p automatic.Policy) bool { return p.ElevateNonAdmins }),
		Entry(nil, "root DisableWindowsUpdateAccess", func(p automatic.Policy) bool { return p.DisableWindowsUpdateAccess }),
	)
	It("has a group when it is enabled", func() {
		Expect(automatic.ReadPolicy(pcWith("xp-sp2", values{"root TargetGroup": "Pilots"})).TargetGroup).To(BeEmpty())
		Expect(automatic.ReadPolicy(pcWith("xp-sp2", values{"root TargetGroup": "Pilots", "root TargetGroupEnabled": 1})).TargetGroup).To(Equal("Pilots"))
	})
	It("has the documented ranges", func() {
		ranges := map[string][2]uint32{"NoAutoUpdate": {0, 1}, "AUOptions": {1, 5}, "local AUOptions": {1, 4}, "UseWUServer": {0, 1}, "ScheduledInstallDay": {0, 7}, "ScheduledInstallTime": {0, 23},
			"local ScheduledInstallDay": {0, 7}, "local ScheduledInstallTime": {0, 23}, "RescheduleWaitTime": {1, 60}, "NoAutoRebootWithLoggedOnUsers": {0, 1}, "AutoInstallMinorUpdates": {0, 1},
			"DetectionFrequency": {1, 22}, "RebootWarningTimeout": {1, 30}, "RebootRelaunchTimeout": {1, 1440}, "NoAUShutdownOption": {0, 1}, "ElevateNonAdmins": {0, 1},
			"TargetGroupEnabled": {0, 1}, "DisableWindowsUpdateAccess": {0, 1}}
		for _, s := range automatic.Settings() {
			name := s.Name
			if s.Key == automatic.LocalKey {
				name = "local " + name
			}
			Expect([2]uint32{s.Min, s.Max}).To(Equal(ranges[name]), name)
		}
		Expect(automatic.Settings()).To(HaveLen(len(ranges)))
	})
	It("passes over every number that is out of its range, and says so", func() {
		for _, s := range automatic.Settings() {
			v := values{}
			name := s.Name
			switch s.Key {
			case automatic.PolicyKey:
				name = "root " + name
			case automatic.LocalKey:
				name = "local " + name
			}
			if s.EnabledBy != "" {
				v[s.EnabledBy] = 1
			}
			if s.Key == automatic.PolicyKeyAU && strings.HasPrefix(s.Name, "Scheduled") {
				v["AUOptions"] = 4 // the schedule is that of whoever chose the options
			}
			none := automatic.ReadPolicy(pcWith("xp-sp2", v))
			v[name] = int(s.Max) + 1
			p := automatic.ReadPolicy(pcWith("xp-sp2", v))
			Expect(p.Remarks).To(ConsistOf(fmt.Sprintf("%s is %d, which is not %d to %d; it counts as absent (assumed)", s.Name, s.Max+1, s.Min, s.Max)), name)
			p.Remarks = nil
			Expect(p).To(Equal(none), name)
			if s.Min > 0 {
				v[name] = int(s.Min) - 1
				Expect(automatic.ReadPolicy(pcWith("xp-sp2", v)).Remarks).To(HaveLen(1), name)
			}
			v[name] = "text"
			Expect(automatic.ReadPolicy(pcWith("xp-sp2", v)).Remarks).To(ConsistOf(s.Name+" is no REG_DWORD; it counts as absent (assumed)"), name)
		}
	})
	It("has a source for each value, and a unit for each time", func() {
		for _, s := range automatic.Settings() {
			Expect(s.Source).NotTo(BeEmpty(), s.Name)
			Expect(s.Meaning).NotTo(BeEmpty(), s.Name)
			Expect(s.Unit != "").To(Equal(s.EnabledBy != ""), s.Name)
		}
	})
})

func detection(p automatic.Policy) time.Duration { return p.DetectionPeriod }
func warning(p automatic.Policy) time.Duration   { return p.RebootWarning }
func relaunch(p automatic.Policy) time.Duration  { return p.RebootRelaunch }
func missed(p automatic.Policy) time.Duration    { return p.Missed.Wait }
