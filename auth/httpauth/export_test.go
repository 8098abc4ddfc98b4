package httpauth

// DigestResponse computes the response that credentials should have, each request
// being the first of its session.
func DigestResponse(d DigestCredentials, method, password string) (string, error) {
	hash, err := digestHashOf(d.Algorithm)
	if err != nil {
		return "", err
	}
	return hash.response(hash.a1(d.Username, d.Realm, password, d.Nonce, d.CNonce), method, d), nil
}

// DigestSessionResponse is DigestResponse within a session that another nonce began.
func DigestSessionResponse(d DigestCredentials, method, password, nonce string) (string, error) {
	hash, err := digestHashOf(d.Algorithm)
	if err != nil {
		return "", err
	}
	return hash.response(hash.a1(d.Username, d.Realm, password, nonce, d.CNonce), method, d), nil
}

// SameTarget exposes how digest-uri and request target compare.
func SameTarget(uri, target string) bool { return sameTarget(uri, target) }
