package machine

import "time"

// Sources of the profile table.
const (
	srcBuildRule = "BITS documentation settles major and minor version; build taken to be that of the operating system"
	srcOSBuild   = "build taken to be that of the operating system"
	srcLM2000    = "Windows 2000 Resource Kit, registry reference, LmCompatibilityLevel (range 0-5, default 0)"
	srcLM2003    = "Windows Server 2003 security setting LAN Manager authentication level: Send NTLM response only"
	srcLMVista   = "Windows security setting LAN Manager authentication level: Send NTLMv2 response only"
	srcNTLMVer   = "MS-NLMP appendix, notes on the VERSION structure: not before Windows XP SP2"
	srcServices  = "Windows documentation, LocalService and NetworkService accounts: Windows XP and later"
	srcBITS15    = "BITS 1.5 was a redistributable; installed here into System32\\Bits, so that a client with BITS 1.5 and LmCompatibilityLevel 0 exists"
	winXP        = `C:\WINDOWS`
	system32     = `%windir%\System32\`
)

// Profiles lists the profiles, oldest system first. Each call makes a new list.
//
// File versions of update 842773 are those of KB 842309 (Qmgr.dll, Winhttp.dll,
// Bitsprx2.dll, Bitsprx3.dll). For the other systems the major and minor
// version of QMgr.dll is documented and the build is assumed; nothing in BITS
// or on the wire depends on the build.
func Profiles() []Profile {
	return []Profile{
		win2000SP4(), xpRTM(), xpSP1(), xpSP1KB842773(), xpSP2(), xpSP3(),
		server2003(), server2003SP1(), vista(), windows7(), windows10(),
	}
}

// win2000SP4 has the BITS 1.5 redistributable. Assumed: nothing public within
// reach settles which BITS such a machine has; update 842773 (BITS 2.0) was
// offered for it too and can be put on with [Files.Set].
func win2000SP4() Profile {
	return Profile{
		ID: "windows-2000-sp4", Title: "Windows 2000 SP4 with BITS 1.5",
		OS:     OSVersion{5, 0, 2195, 4},
		Windir: `C:\WINNT`,
		Files: []ProfileFile{
			{Path: system32 + `Bits\qmgr.dll`, Version: assumedFile(6, 5, 2600, 0, srcBITS15)},
			{Path: system32 + "winhttp.dll", Version: assumedFile(5, 1, 2600, 0, "WinHTTP documentation, What's New in WinHTTP 5.1: exists for Windows 2000 SP3; build unknown")},
		},
		LmCompatibilityLevel: Documented(0, srcLM2000),
		UseLMCompat:          Assumed[uint32](1, "the default of BITS 1.5 on other systems; the table has no row for Windows 2000"),
		NTLMVersion:          Documented(false, srcNTLMVer),
		LocalService:         Documented(false, srcServices),
	}
}

// xpRTM has no winhttp.dll: WinHTTP 5.1 came with SP1 ("What's New in WinHTTP
// 5.1"). The model's BITS sends through its WinHTTP all the same.
func xpRTM() Profile {
	return xp(Profile{
		ID: "xp-rtm", Title: "Windows XP",
		Files:       []ProfileFile{qmgr(6, 0, 2600, 0)},
		UseLMCompat: Documented[uint32](0, srcAuthOld),
		NTLMVersion: Documented(false, srcNTLMVer),
	}, 0)
}

func xpSP1() Profile {
	return xp(Profile{
		ID: "xp-sp1", Title: "Windows XP SP1",
		Files:       []ProfileFile{qmgr(6, 2, 2600, 1106), winhttp(5, 1, 2600, 1106)},
		UseLMCompat: Documented[uint32](0, srcAuthOld),
		NTLMVersion: Documented(false, srcNTLMVer),
	}, 1)
}

func xpSP1KB842773() Profile {
	july, june := time.Date(2004, 7, 1, 22, 8, 0, 0, time.UTC), time.Date(2004, 6, 30, 23, 59, 0, 0, time.UTC)
	return xp(Profile{
		ID: "xp-sp1-kb842773", Title: "Windows XP SP1 with update 842773 (BITS 2.0, WinHTTP 5.1)",
		Files: []ProfileFile{
			kbFile("bitsprx2.dll", FileVersion{6, 6, 2600, 1569}, 7680, july),
			kbFile("bitsprx3.dll", FileVersion{6, 6, 2600, 1569}, 7168, july),
			kbFile("qmgr.dll", FileVersion{6, 6, 2600, 1569}, 361984, july),
			kbFile("qmgrprxy.dll", FileVersion{6, 6, 2600, 1569}, 17408, july),
			kbFile("winhttp.dll", FileVersion{5, 1, 2600, 1557}, 331776, july),
			kbFile("xpob2res.dll", FileVersion{5, 1, 2600, 1570}, 158720, june),
		},
		Hotfix:      []string{"KB842773"},
		UseLMCompat: Assumed[uint32](1, srcKB842309+" tells of BITS 2.0 failing below level 2; the table by operating system says 0 for XP SP1 itself"),
		NTLMVersion: Documented(false, srcNTLMVer),
	}, 1)
}

func xpSP2() Profile {
	return xp(Profile{
		ID: "xp-sp2", Title: "Windows XP SP2",
		Files: []ProfileFile{
			qmgr(6, 6, 2600, 2180), winhttp(5, 1, 2600, 2180),
			osFile("bitsprx2.dll", 6, 6, 2600, 2180), osFile("bitsprx3.dll", 6, 6, 2600, 2180),
		},
		UseLMCompat: Documented[uint32](1, srcAuthOld),
		NTLMVersion: Documented(true, srcNTLMVer),
	}, 2)
}

func xpSP3() Profile {
	return xp(Profile{
		ID: "xp-sp3", Title: "Windows XP SP3",
		Files: []ProfileFile{
			qmgr(6, 7, 2600, 5512), winhttp(5, 1, 2600, 5512),
			osFile("bitsprx2.dll", 6, 7, 2600, 5512), osFile("bitsprx3.dll", 6, 7, 2600, 5512),
			osFile("bitsprx4.dll", 6, 7, 2600, 5512),
		},
		UseLMCompat: Documented[uint32](1, srcAuthOld),
		NTLMVersion: Documented(true, srcNTLMVer),
	}, 3)
}

func xp(p Profile, servicePack int) Profile {
	p.OS = OSVersion{5, 1, 2600, servicePack}
	p.Windir = winXP
	p.LmCompatibilityLevel = Documented(0, srcLM2000)
	p.LocalService = Documented(true, srcServices)
	return p
}

func server2003() Profile {
	return Profile{
		ID: "server-2003", Title: "Windows Server 2003",
		OS:                   OSVersion{5, 2, 3790, 0},
		Windir:               winXP,
		Files:                []ProfileFile{qmgr(6, 5, 3790, 0), winhttp(5, 2, 3790, 0)},
		LmCompatibilityLevel: Documented(2, srcLM2003),
		UseLMCompat:          Documented[uint32](1, srcAuthOld),
		NTLMVersion:          Documented(true, srcNTLMVer),
		LocalService:         Documented(true, srcServices),
	}
}

func server2003SP1() Profile {
	p := server2003()
	p.ID, p.Aliases = "server-2003-sp1", []string{"server-2003-r2"}
	p.Title = "Windows Server 2003 SP1, and R2"
	p.OS.ServicePack = 1
	p.Files = []ProfileFile{qmgr(6, 6, 3790, 1830), winhttp(5, 2, 3790, 1830)}
	return p
}

func vista() Profile {
	return modern(Profile{
		ID: "vista", Title: "Windows Vista",
		OS:          OSVersion{6, 0, 6000, 0},
		Files:       []ProfileFile{qmgr(7, 0, 6000, 16386), winhttp(6, 0, 6000, 16386)},
		UseLMCompat: Documented[uint32](2, srcAuthOld),
	})
}

func windows7() Profile {
	return modern(Profile{
		ID: "windows-7", Title: "Windows 7",
		OS:          OSVersion{6, 1, 7600, 0},
		Files:       []ProfileFile{qmgr(7, 5, 7600, 16385), winhttp(6, 1, 7600, 16385)},
		UseLMCompat: Documented[uint32](2, srcAuthNew),
	})
}

func windows10() Profile {
	return modern(Profile{
		ID: "windows-10", Title: "Windows 10 22H2",
		OS:          OSVersion{10, 0, 19045, 0},
		Files:       []ProfileFile{qmgr(7, 8, 19041, 1), winhttp(10, 0, 19041, 1)},
		UseLMCompat: Documented[uint32](2, srcAuthNew),
	})
}

func modern(p Profile) Profile {
	p.Windir = `C:\Windows`
	p.LmCompatibilityLevel = Documented(3, srcLMVista)
	p.NTLMVersion = Documented(true, srcNTLMVer)
	p.LocalService = Documented(true, srcServices)
	return p
}

func qmgr(major, minor, build, private uint16) ProfileFile {
	return ProfileFile{Path: system32 + "qmgr.dll", Version: assumedFile(major, minor, build, private, srcBuildRule)}
}

func winhttp(major, minor, build, private uint16) ProfileFile {
	return osFile("winhttp.dll", major, minor, build, private)
}

func osFile(name string, major, minor, build, private uint16) ProfileFile {
	return ProfileFile{Path: system32 + name, Version: assumedFile(major, minor, build, private, srcOSBuild)}
}

func kbFile(name string, v FileVersion, size int64, modified time.Time) ProfileFile {
	return ProfileFile{system32 + name, Documented(v, srcKB842309), size, modified}
}

func assumedFile(major, minor, build, private uint16, source string) Fact[FileVersion] {
	return Assumed(FileVersion{major, minor, build, private}, source)
}
