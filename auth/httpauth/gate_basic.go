package httpauth

// checkBasic verifies Basic credentials, which count for their request only.
func (c *GateConn) checkBasic(credentials Credentials) Outcome {
	_, err := parseBasic(credentials.Token)
	if err != nil {
		return c.refuse(Basic, "the Basic credentials can't be read: %v", err)
	}
	return c.refuse(Basic, "not implemented")
}
