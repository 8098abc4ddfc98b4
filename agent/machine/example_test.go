package machine_test

import (
	"fmt"
	"strings"

	"github.com/wualab/wualab/agent/machine"
)

// A machine of a profile, with the settings of an exported .reg file.
func Example() {
	p, err := machine.ProfileByID("xp-sp2")
	if err != nil {
		fmt.Println(err)
		return
	}
	pc := machine.New(p, machine.WithDomain("LAB"),
		machine.WithInteractiveUser(machine.Account{Domain: "LAB", User: "alice", Password: "pw"}))
	file := strings.NewReader(`REGEDIT4

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS]
"UseLmCompat"=dword:00000000
`)
	if err := pc.Registry().Import(file, "workaround.reg"); err != nil {
		fmt.Println(err)
		return
	}
	level, source := pc.EffectiveLmCompatibilityLevel()
	useLM, _, _ := pc.UseLMCompat()
	fmt.Println(pc.UserAgent())
	fmt.Println("level", level, "by", source)
	fmt.Println("UseLMCompat", useLM)
	// Output:
	// Microsoft BITS/6.6
	// level 0 by default of Windows XP SP2 (documented: Windows 2000 Resource Kit, registry reference, LmCompatibilityLevel (range 0-5, default 0))
	// UseLMCompat 0
}

func ExampleReadReg() {
	_, err := machine.ReadReg(strings.NewReader("REGEDIT4\n\n[HKLM\\Software]\n\"Level\"=dword:0x2\n"), "client.reg")
	fmt.Println(err)
	// Output:
	// client.reg:4:15: "0x2" is not a dword (one to eight hexadecimal digits, without 0x)
}
