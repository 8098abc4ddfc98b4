package machine

import (
	"errors"
	"fmt"

	"github.com/wualab/wualab/auth/ntlm"
)

// Registry keys and values that decide how BITS transfers.
//
// Sources: Windows 2000 Resource Kit registry reference (LmCompatibilityLevel),
// KB 239869 (NtlmMinClientSec), KB 842309 and BITS documentation, "Authentication" (UseLMCompat).
const (
	LsaKey                    = `HKLM\SYSTEM\CurrentControlSet\Control\Lsa`
	LmCompatibilityLevelValue = "LmCompatibilityLevel"
	MSV1_0Key                 = LsaKey + `\MSV1_0`
	NtlmMinClientSecValue     = "NtlmMinClientSec"
	BITSKey                   = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\BITS`
	UseLMCompatValue          = "UseLMCompat"
	// InternetSettingsKey is below the hive of each user.
	InternetSettingsKey = `Software\Microsoft\Windows\CurrentVersion\Internet Settings`
)

// LmCompatibilityLevel reads the LAN Manager authentication level from the
// registry: false when it is absent, a [*TypeError] when it is there but not a
// REG_DWORD.
func (m *Machine) LmCompatibilityLevel() (level uint32, present bool, err error) {
	return m.registry.DWORD(LsaKey, LmCompatibilityLevelValue)
}

// EffectiveLmCompatibilityLevel gives the level that holds, 0 to 5, and where
// it comes from: the registry, or the profile's default when the registry has
// no usable value. Assumed: a value of another type is as good as absent, and
// a number above 5 acts as 5.
func (m *Machine) EffectiveLmCompatibilityLevel() (level int, source string) {
	fallback := m.profile.LmCompatibilityLevel
	where := LsaKey + `\` + LmCompatibilityLevelValue
	switch n, present, err := m.LmCompatibilityLevel(); {
	case err != nil:
		return fallback.Value, fmt.Sprintf("default of %s, since %v", m.profile.Title, err)
	case !present:
		return fallback.Value, fmt.Sprintf("default of %s (%v: %s)", m.profile.Title, fallback.Basis, fallback.Source)
	case n > 5:
		return 5, fmt.Sprintf("%s is %d, taken as 5 (assumed)", where, n)
	default:
		return int(n), where
	}
}

// NtlmMinClientSec reads the session security without which the machine breaks
// an NTLM login off; nothing is asked for when it is absent. Assumed: a value of
// another type is as good as absent, and absent asks for nothing on Windows 7
// and later too, whose default of 128 bits counts for signing and sealing only.
//
// Source: KB 239869.
func (m *Machine) NtlmMinClientSec() ntlm.MinSec {
	n, _, err := m.registry.DWORD(MSV1_0Key, NtlmMinClientSecValue)
	if err != nil {
		return 0
	}
	return ntlm.MinSec(n)
}

// UseLMCompat reads what the registry says about sending logon credentials:
// false when it is absent, a [*TypeError] when it is there but not a REG_DWORD.
// [DefaultUseLMCompat] gives what BITS takes when it is absent.
func (m *Machine) UseLMCompat() (value uint32, present bool, err error) {
	return m.registry.DWORD(BITSKey, UseLMCompatValue)
}

// ProxySettings are the Internet Explorer proxy settings of a user as the
// registry holds them, not yet parsed. The zero value means a direct
// connection.
type ProxySettings struct {
	Enable        bool   // ProxyEnable is not 0
	Server        string // ProxyServer: "proxy:8080" or "http=proxy:80;https=..."
	Override      string // ProxyOverride: the bypass list, with <local>
	AutoConfigURL string // "Use automatic configuration script"
	AutoDetect    bool   // "Automatically detect settings"
}

// IEProxy reads the Internet Explorer proxy settings of a user (user or
// DOMAIN\user) from the user's hive; absent values are zero. It fails for an
// unknown user and for values of the wrong type. The settings that proxycfg
// keeps for WinHTTP are not read, since BITS ignores them.
//
// Source: IBackgroundCopyJob::SetProxySettings, BG_JOB_PROXY_USAGE_PRECONFIG.
// Automatic detection is a flag in the binary value DefaultConnectionSettings;
// of its other contents nothing is read. Assumed: the policy ProxySettingsPerUser
// is not set.
func (m *Machine) IEProxy(user string) (ProxySettings, error) {
	a, err := m.User(user)
	if err != nil {
		return ProxySettings{}, fmt.Errorf("internet explorer proxy: %w", err)
	}
	key := `HKU\` + a.SID + `\` + InternetSettingsKey
	enable, _, err1 := m.registry.DWORD(key, "ProxyEnable")
	server, _, err2 := m.registry.String(key, "ProxyServer")
	override, _, err3 := m.registry.String(key, "ProxyOverride")
	script, _, err4 := m.registry.String(key, "AutoConfigURL")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return ProxySettings{}, fmt.Errorf("internet explorer proxy of %v: %w", a, err)
	}
	return ProxySettings{enable != 0, server, override, script, m.registry.autoDetect(a.SID)}, nil
}

// SetIEProxy writes the Internet Explorer proxy settings of a user into the
// user's hive, as the Internet Options dialog does, or bitsadmin /Util
// /SetIEProxy for a service account. Empty texts remove their values.
func (m *Machine) SetIEProxy(user string, s ProxySettings) error {
	a, err := m.User(user)
	if err != nil {
		return fmt.Errorf("internet explorer proxy: %w", err)
	}
	key := `HKU\` + a.SID + `\` + InternetSettingsKey
	enable := uint32(0)
	if s.Enable {
		enable = 1
	}
	return errors.Join(
		m.registry.Set(key, "ProxyEnable", DWORD(enable)),
		m.registry.setText(key, "ProxyServer", s.Server),
		m.registry.setText(key, "ProxyOverride", s.Override),
		m.registry.setText(key, "AutoConfigURL", s.AutoConfigURL),
		m.registry.Set(`HKU\`+a.SID+`\`+ConnectionsKey, connectionSettings, connectionSettingsOf(s)))
}

func (r *Registry) setText(key, name, text string) error {
	if text == "" {
		return r.DeleteValue(key, name)
	}
	return r.Set(key, name, SZ(text))
}
