package hresult

const srcTrust = "WinVerifyTrust documentation: return values"

// Codes of signatures; Lookup says what they mean.
const (
	TRUST_E_NOSIGNATURE  HRESULT = 0x800B0100
	CERT_E_UNTRUSTEDROOT HRESULT = 0x800B0109
)

func trustTable() []Info {
	return []Info{
		{TRUST_E_NOSIGNATURE, "TRUST_E_NOSIGNATURE", "the file is not signed", "look for another file in its place", srcTrust, true},
		{CERT_E_UNTRUSTEDROOT, "CERT_E_UNTRUSTEDROOT", "the signature leads to a root that is not trusted", "check who signed the file, and the PC's roots", srcTrust, true},
	}
}
