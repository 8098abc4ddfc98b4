package ntlm

import "crypto/hmac"

// prove compares the responses with the account's password and gives the
// KeyExchangeKey when they match. What looks like LM and matches as LMv2 becomes
// LMv2.
func (l *logon) prove() (exchange Key, ok bool, err error) {
	switch l.result.Response {
	case ResponseNTLMv2:
		return l.proveV2()
	case ResponseNTLMv1, ResponseLMAndNTLMv1, ResponseNTLM2Session:
		exchange, ok = l.proveV1()
	case ResponseLM:
		if exchange, ok = l.proveLMv2(); ok {
			l.result.Response = ResponseLMv2
			break
		}
		exchange, ok = l.proveLM()
	}
	return exchange, ok, nil
}

func (l *logon) proveV1() (Key, bool) {
	nt, nonce := NTOWFv1(l.account.Password), l.session.nonce
	want := NTLMv1Response(nt, nonce)
	if l.result.Response == ResponseNTLM2Session {
		_, want = NTLM2SessionResponse(nt, nonce, [8]byte(l.m.LmResponse))
	}
	return l.exchangeV1(nt), hmac.Equal(want, l.m.NtResponse)
}

func (l *logon) proveLM() (Key, bool) {
	lmowf, err := LMOWFv1(l.account.Password)
	if err != nil {
		return Key{}, false
	}
	ok := hmac.Equal(LMResponse(lmowf, l.session.nonce), l.m.LmResponse)
	return l.exchangeV1(NTOWFv1(l.account.Password)), ok
}

func (l *logon) exchangeV1(nt Key) Key {
	lmowf, err := LMOWFv1(l.account.Password)
	if err != nil {
		lmowf = Key{}
	}
	return KXKEY(l.session.flags, SessionBaseKeyV1(nt), lmowf, l.m.LmResponse, l.session.nonce)
}

// v2Keys are the hashes to try: with the domain as the client sent it, and with none
// (MS-NLMP 3.2.5.1.2).
func (l *logon) v2Keys() []Key {
	keys := []Key{NTOWFv2(l.account.Password, l.m.User, l.m.Domain)}
	if l.m.Domain != "" {
		keys = append(keys, NTOWFv2(l.account.Password, l.m.User, ""))
	}
	return keys
}

func (l *logon) proveV2() (Key, bool, error) {
	proof, temp := Key(l.m.NtResponse), l.m.NtResponse[proofSize:]
	if _, err := ParseClientChallenge(temp); err != nil {
		return Key{}, false, err
	}
	for _, v2 := range l.v2Keys() {
		want := NTProofStr(v2, l.session.nonce, temp)
		if hmac.Equal(want[:], proof[:]) {
			return SessionBaseKeyV2(v2, proof), true, nil
		}
	}
	return Key{}, false, nil
}

func (l *logon) proveLMv2() (Key, bool) {
	client := [8]byte(l.m.LmResponse[proofSize:])
	for _, v2 := range l.v2Keys() {
		if hmac.Equal(LMv2Response(v2, l.session.nonce, client), l.m.LmResponse) {
			return SessionBaseKeyV2(v2, Key(l.m.LmResponse)), true
		}
	}
	return Key{}, false
}
