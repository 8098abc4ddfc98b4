package ntlm

func announcesMIC(nt []byte) bool { return false }
