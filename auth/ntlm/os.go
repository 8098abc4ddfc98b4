package ntlm

import (
	"fmt"
	"strings"
	"time"
)

// OS is what one Windows version does differently in NTLM, as client and as server.
// It is data: take a row by its function or OSByName, change what a test needs. The
// zero value is no system and is refused by NewClient and NewAcceptor.
type OS struct {
	Name         string
	DefaultLevel Level   // LmCompatibilityLevel when the registry has no value
	SendVersion  bool    // negotiates and fills VERSION
	Version      Version // sent with SendVersion

	// As client.
	SuppliesNames   bool // NEGOTIATE_MESSAGE carries domain and workstation
	CopyTimestamp   bool // the challenge's MsvAvTimestamp becomes the time of the NTLMv2 response
	MIC             bool // adds a MIC when the challenge has MsvAvTimestamp
	Z24LM           bool // sends 24 zero bytes for LMv2 when the challenge has MsvAvTimestamp
	TargetNameAV    bool // adds MsvAvTargetName to the NTLMv2 response
	ChannelBindings bool // adds MsvAvChannelBindings to the NTLMv2 response

	// As server.
	AlwaysTargetInfo bool          // sends TargetInfo even to a client that asked for nothing that needs it
	SendTimestamp    bool          // TargetInfo has MsvAvTimestamp
	DNSTreeName      bool          // TargetInfo has MsvAvDnsTreeName
	MaxLifetime      time.Duration // NTLMv2 responses older or newer than this are refused; 0 accepts any
}

// Lifetimes of a challenge (MS-NLMP 3.1.1.1 and its product notes).
const (
	lifetime2000 = 30 * time.Minute
	lifetimeXP   = 36 * time.Hour
)

// Windows2000 gives the row of Windows 2000: no VERSION, nothing of what Vista added,
// challenges that live for 30 minutes (MS-NLMP product notes). Assumed:
// SuppliesNames, after the messages that the Davenport text shows.
func Windows2000() OS {
	return OS{Name: "Windows 2000", SuppliesNames: true, MaxLifetime: lifetime2000}
}

// WindowsXP gives the row of Windows XP before service pack 2, which does not know
// VERSION (MS-NLMP product notes). Assumed: SuppliesNames, as Windows 2000.
func WindowsXP() OS {
	return OS{Name: "Windows XP", SuppliesNames: true, Z24LM: true, DNSTreeName: true, MaxLifetime: lifetimeXP}
}

// WindowsXPSP2 gives the row of Windows XP SP2 and SP3: VERSION 5.1.2600.
func WindowsXPSP2() OS {
	os := WindowsXP()
	os.Name, os.SuppliesNames = "Windows XP SP2", false
	return os.versioned(5, 1, 2600)
}

// WindowsServer2003 gives the row of Windows Server 2003: as XP SP2, default level 2.
func WindowsServer2003() OS {
	os := WindowsXPSP2().versioned(5, 2, 3790)
	os.Name, os.DefaultLevel = "Windows Server 2003", 2
	return os
}

// WindowsVista gives the row of Windows Vista and Server 2008, which brought the
// timestamp, the MIC and MsvAvTargetName, and default level 3.
func WindowsVista() OS {
	os := OS{Name: "Windows Vista", DefaultLevel: 3, MaxLifetime: lifetimeXP}
	os.CopyTimestamp, os.MIC, os.Z24LM, os.TargetNameAV = true, true, true, true
	os.AlwaysTargetInfo, os.SendTimestamp, os.DNSTreeName = true, true, true
	return os.versioned(6, 0, 6002)
}

// Windows7 gives the row of Windows 7 and Server 2008 R2: as Vista with channel
// bindings.
func Windows7() OS {
	os := WindowsVista().versioned(6, 1, 7601)
	os.Name, os.ChannelBindings = "Windows 7", true
	return os
}

// Windows10 gives the row of Windows 10 and Server 2016. Assumed: the lifetime of
// 36 hours, which MS-NLMP states up to Server 2008 R2.
func Windows10() OS {
	os := Windows7().versioned(10, 0, 19041)
	os.Name = "Windows 10"
	return os
}

// OSes lists every row, oldest first.
func OSes() []OS {
	return []OS{Windows2000(), WindowsXP(), WindowsXPSP2(), WindowsServer2003(), WindowsVista(), Windows7(), Windows10()}
}

// OSByName finds a row by its Name; case and the word "Windows" don't matter.
func OSByName(name string) (OS, error) {
	var known []string
	for _, os := range OSes() {
		if osKey(os.Name) == osKey(name) {
			return os, nil
		}
		known = append(known, os.Name)
	}
	return OS{}, fmt.Errorf("ntlm: no operating system %q; known are %s", name, strings.Join(known, ", "))
}

func osKey(name string) string {
	key := strings.ToLower(strings.ReplaceAll(name, " ", ""))
	return strings.TrimPrefix(key, "windows")
}

// versioned gives the row with VERSION sent, as all do since XP SP2 (MS-NLMP product
// notes).
func (o OS) versioned(major, minor uint8, build uint16) OS {
	o.SendVersion, o.Version = true, Version{major, minor, build, NTLMRevision}
	return o
}
