package hresult

const srcErrref = "MS-ERREF 2.1.1, 2.2"

// General COM codes, and Win32 errors as HRESULT_FROM_WIN32 makes them, so
// 0x80070070 for 112; Lookup says what they mean.
const (
	S_OK                          HRESULT = 0x00000000
	S_FALSE                       HRESULT = 0x00000001
	E_NOTIMPL                     HRESULT = 0x80004001
	E_NOINTERFACE                 HRESULT = 0x80004002
	E_POINTER                     HRESULT = 0x80004003
	E_ABORT                       HRESULT = 0x80004004
	E_FAIL                        HRESULT = 0x80004005
	E_UNEXPECTED                  HRESULT = 0x8000FFFF
	REGDB_E_CLASSNOTREG           HRESULT = 0x80040154
	ERROR_FILE_NOT_FOUND          HRESULT = 0x80070002
	ERROR_PATH_NOT_FOUND          HRESULT = 0x80070003
	E_ACCESSDENIED                HRESULT = 0x80070005
	ERROR_INVALID_DATA            HRESULT = 0x8007000D
	E_OUTOFMEMORY                 HRESULT = 0x8007000E
	ERROR_WRITE_PROTECT           HRESULT = 0x80070013
	ERROR_NOT_READY               HRESULT = 0x80070015
	ERROR_SHARING_VIOLATION       HRESULT = 0x80070020
	ERROR_BAD_NETPATH             HRESULT = 0x80070035
	ERROR_NETNAME_DELETED         HRESULT = 0x80070040
	ERROR_FILE_EXISTS             HRESULT = 0x80070050
	E_INVALIDARG                  HRESULT = 0x80070057
	ERROR_DISK_FULL               HRESULT = 0x80070070
	ERROR_INVALID_NAME            HRESULT = 0x8007007B
	ERROR_FILENAME_EXCED_RANGE    HRESULT = 0x800700CE
	ERROR_SERVICE_DISABLED        HRESULT = 0x80070422
	ERROR_NOT_FOUND               HRESULT = 0x80070490
	ERROR_CANCELLED               HRESULT = 0x800704C7
	ERROR_NOT_LOGGED_ON           HRESULT = 0x800704DD
	ERROR_LOGON_FAILURE           HRESULT = 0x8007052E
	ERROR_FILE_CORRUPT            HRESULT = 0x80070570
	ERROR_NETWORK_ACCESS_DENIED   HRESULT = 0x80070041
	ERROR_BAD_NET_NAME            HRESULT = 0x80070043
	ERROR_REQ_NOT_ACCEP           HRESULT = 0x80070047
	ERROR_BAD_NET_RESP            HRESULT = 0x8007003A
	ERROR_UNEXP_NET_ERR           HRESULT = 0x8007003B
	ERROR_SEM_TIMEOUT             HRESULT = 0x80070079
	WAIT_TIMEOUT                  HRESULT = 0x80070102
	ERROR_NO_LOGON_SERVERS        HRESULT = 0x8007051F
	ERROR_PRIVILEGE_NOT_HELD      HRESULT = 0x80070522
	ERROR_ACCOUNT_RESTRICTION     HRESULT = 0x8007052F
	ERROR_PASSWORD_EXPIRED        HRESULT = 0x80070532
	ERROR_ACCOUNT_DISABLED        HRESULT = 0x80070533
	ERROR_LOGON_TYPE_NOT_GRANTED  HRESULT = 0x80070569
	ERROR_ACCOUNT_EXPIRED         HRESULT = 0x80070701
	ERROR_PASSWORD_MUST_CHANGE    HRESULT = 0x80070773
	ERROR_ACCOUNT_LOCKED_OUT      HRESULT = 0x80070775
	E_PENDING                     HRESULT = 0x8000000A
	ERROR_SERVICE_REQUEST_TIMEOUT HRESULT = 0x8007041D
	ERROR_SERVICE_ALREADY_RUNNING HRESULT = 0x80070420
	ERROR_SERVICE_NOT_ACTIVE      HRESULT = 0x80070426
	RPC_S_SERVER_UNAVAILABLE      HRESULT = 0x800706BA
	CRYPT_E_NOT_FOUND             HRESULT = 0x80092004
	CRYPT_E_HASH_VALUE            HRESULT = 0x80091007
)

func win32Table() []Info {
	return []Info{
		{S_OK, "S_OK", "done", "", srcErrref, true},
		{S_FALSE, "S_FALSE", "done, with nothing to do or a negative answer", "", srcErrref, true},
		{E_NOTIMPL, "E_NOTIMPL", "the call is not implemented here", "check the job type and the BITS version", srcErrref, true},
		{E_NOINTERFACE, "E_NOINTERFACE", "the object does not have the interface", "check the BITS version", srcErrref, true},
		{E_POINTER, "E_POINTER", "a pointer is NULL", "check the call", srcErrref, true},
		{E_ABORT, "E_ABORT", "the operation was aborted", "look for who aborted it", srcErrref, true},
		{E_FAIL, "E_FAIL", "an error without further detail", "look at the event log", srcErrref, true},
		{E_PENDING, "E_PENDING", "the data is not there yet", "wait until the file is transferred", srcErrref, true},
		{E_UNEXPECTED, "E_UNEXPECTED", "an unexpected failure", "look at the event log", srcErrref, true},
		{REGDB_E_CLASSNOTREG, "REGDB_E_CLASSNOTREG", "the class is not registered", "this BITS version does not have the class", srcErrref, true},
		{ERROR_FILE_NOT_FOUND, "ERROR_FILE_NOT_FOUND", "no such file", "check the path", srcErrref, true},
		{ERROR_PATH_NOT_FOUND, "ERROR_PATH_NOT_FOUND", "no such directory", "create the directory", srcErrref, true},
		{E_ACCESSDENIED, "E_ACCESSDENIED", "access is denied", "check the rights of the job's owner; on an upload, the file may exist and not be overwritten", srcErrref, true},
		{ERROR_INVALID_DATA, "ERROR_INVALID_DATA", "the data is not valid", "look at the data", srcErrref, true},
		{E_OUTOFMEMORY, "E_OUTOFMEMORY", "out of memory", "close something", srcErrref, true},
		{ERROR_WRITE_PROTECT, "ERROR_WRITE_PROTECT", "the medium is write protected", "choose another destination", srcErrref, true},
		{ERROR_NOT_READY, "ERROR_NOT_READY", "the device is not ready", "check the drive", srcErrref, true},
		{ERROR_SHARING_VIOLATION, "ERROR_SHARING_VIOLATION", "another program has the file open", "close it", srcErrref, true},
		{ERROR_BAD_NETPATH, "ERROR_BAD_NETPATH", "the network path was not found", "check the name of the share", srcErrref, true},
		{ERROR_NETNAME_DELETED, "ERROR_NETNAME_DELETED", "the network name is gone", "check the share", srcErrref, true},
		{ERROR_FILE_EXISTS, "ERROR_FILE_EXISTS", "the file exists", "choose another name", srcErrref, true},
		{E_INVALIDARG, "E_INVALIDARG", "an argument is not valid", "check the call; NULL credentials with Basic or Digest give this", srcErrref, true},
		{ERROR_DISK_FULL, "ERROR_DISK_FULL", "the disk is full", "make room; MC-BUP prints 0x80070112 where it means this", srcErrref, true},
		{ERROR_INVALID_NAME, "ERROR_INVALID_NAME", "the name is not valid", "check the path", srcErrref, true},
		{ERROR_FILENAME_EXCED_RANGE, "ERROR_FILENAME_EXCED_RANGE", "the name is too long", "shorten the path to MAX_PATH", srcErrref, true},
		{ERROR_SERVICE_REQUEST_TIMEOUT, "ERROR_SERVICE_REQUEST_TIMEOUT", "the service did not respond to the start or control request in time", "look for what hinders the service; before BITS 2.0 that may be a layered service provider (KB 842309)", srcErrref, true},
		{ERROR_SERVICE_ALREADY_RUNNING, "ERROR_SERVICE_ALREADY_RUNNING", "the service runs already", "nothing needs doing; stop it first to start it anew", srcErrref, true},
		{ERROR_SERVICE_DISABLED, "ERROR_SERVICE_DISABLED", "the service is disabled", "enable the service", srcErrref, true},
		{ERROR_SERVICE_NOT_ACTIVE, "ERROR_SERVICE_NOT_ACTIVE", "the service has not been started", "start the service", srcErrref, true},
		{ERROR_NOT_FOUND, "ERROR_NOT_FOUND", "the element was not found", "check what the call names", srcErrref, true},
		{ERROR_CANCELLED, "ERROR_CANCELLED", "cancelled by the user", "look for who cancelled it", srcErrref, true},
		{ERROR_NOT_LOGGED_ON, "ERROR_NOT_LOGGED_ON", "the owner is not logged on", "use a job of an owner who is logged on, or a service account", srcErrref, true},
		{ERROR_LOGON_FAILURE, "ERROR_LOGON_FAILURE", "user name or password is wrong", "check the credentials", srcErrref, true},
		{ERROR_FILE_CORRUPT, "ERROR_FILE_CORRUPT", "the file or directory is damaged", "check the disk", srcErrref, true},
		{ERROR_NETWORK_ACCESS_DENIED, "ERROR_NETWORK_ACCESS_DENIED", "the network denies access", "check the rights to the share", srcErrref, true},
		{ERROR_BAD_NET_NAME, "ERROR_BAD_NET_NAME", "the server has no share of that name", "check the name of the share and that it is shared", srcErrref, true},
		{ERROR_REQ_NOT_ACCEP, "ERROR_REQ_NOT_ACCEP", "the server takes no more connections", "raise the share's limit of users, or try later", srcErrref, true},
		{ERROR_BAD_NET_RESP, "ERROR_BAD_NET_RESP", "the file server's answer cannot be read", "look at the answer; something between may change it", srcErrref, true},
		{ERROR_UNEXP_NET_ERR, "ERROR_UNEXP_NET_ERR", "an unexpected network error", "look at the status that the server answered", srcErrref, true},
		{ERROR_SEM_TIMEOUT, "ERROR_SEM_TIMEOUT", "the file server did not answer in time", "check the server and SessTimeout", srcErrref, true},
		{WAIT_TIMEOUT, "WAIT_TIMEOUT", "the wait ended before what was waited for", "look why it takes so long", srcErrref, true},
		{ERROR_NO_LOGON_SERVERS, "ERROR_NO_LOGON_SERVERS", "no domain controller could judge the logon", "check the domain controller", srcErrref, true},
		{ERROR_PRIVILEGE_NOT_HELD, "ERROR_PRIVILEGE_NOT_HELD", "the account lacks a privilege", "grant it, or leave the SACL out of the ACL flags", srcErrref, true},
		{ERROR_ACCOUNT_RESTRICTION, "ERROR_ACCOUNT_RESTRICTION", "a restriction of the account forbids the logon, such as an empty password", "check the account", srcErrref, true},
		{ERROR_PASSWORD_EXPIRED, "ERROR_PASSWORD_EXPIRED", "the password has expired", "change it", srcErrref, true},
		{ERROR_ACCOUNT_DISABLED, "ERROR_ACCOUNT_DISABLED", "the account is disabled", "enable it", srcErrref, true},
		{ERROR_LOGON_TYPE_NOT_GRANTED, "ERROR_LOGON_TYPE_NOT_GRANTED", "the account may not log on over the network", "grant the right to access the computer from the network", srcErrref, true},
		{ERROR_ACCOUNT_EXPIRED, "ERROR_ACCOUNT_EXPIRED", "the account has expired", "renew it", srcErrref, true},
		{ERROR_PASSWORD_MUST_CHANGE, "ERROR_PASSWORD_MUST_CHANGE", "the password must be changed at the first logon", "change it", srcErrref, true},
		{ERROR_ACCOUNT_LOCKED_OUT, "ERROR_ACCOUNT_LOCKED_OUT", "the account is locked out", "unlock it, or wait", srcErrref, true},
		{CRYPT_E_NOT_FOUND, "CRYPT_E_NOT_FOUND", "the certificate store has no such certificate", "check thumbprint or subject, and whose store it is", srcErrref, true},
		{CRYPT_E_HASH_VALUE, "CRYPT_E_HASH_VALUE", "the hash of what came is not the one that was told", "look whether the package's source was changed after it was distributed (KB 907979), and update the distribution point", srcErrref, true},
		{RPC_S_SERVER_UNAVAILABLE, "RPC_S_SERVER_UNAVAILABLE", "the RPC server is unavailable", "start the service, and get the object anew", srcErrref, true},
	}
}
