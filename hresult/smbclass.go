package hresult

const (
	srcShare    = "assumed: a file server that is away or overloaded may come back"
	srcNoShare  = "assumed: a name, a right or an account stays wrong until someone acts"
	srcNameLost = "BITS documentation: BG_JOB_STATE, a connection that is lost; that it holds for file shares is assumed"
)

// shareClasses are the failures of file shares, which jobs meet at remote names such
// as \\server\share\file, beside those of diskClasses. No document gives them a class.
func shareClasses() []classRow {
	return []classRow{
		{codes: []HRESULT{ERROR_NETNAME_DELETED}, class: Transient, source: srcNameLost},
		{codes: []HRESULT{
			ERROR_BAD_NETPATH, ERROR_SEM_TIMEOUT, ERROR_UNEXP_NET_ERR, ERROR_BAD_NET_RESP, ERROR_REQ_NOT_ACCEP, ERROR_NO_LOGON_SERVERS,
		}, class: Transient, source: srcShare},
		{codes: []HRESULT{
			ERROR_BAD_NET_NAME, ERROR_NETWORK_ACCESS_DENIED, ERROR_LOGON_FAILURE,
			ERROR_PRIVILEGE_NOT_HELD, ERROR_ACCOUNT_RESTRICTION, ERROR_PASSWORD_EXPIRED, ERROR_ACCOUNT_DISABLED, ERROR_LOGON_TYPE_NOT_GRANTED,
			ERROR_ACCOUNT_EXPIRED, ERROR_PASSWORD_MUST_CHANGE, ERROR_ACCOUNT_LOCKED_OUT,
		}, class: Fatal, source: srcNoShare},
	}
}
