package hresult

const srcWU = "Windows Update Agent documentation: error codes (aa387293, hh968413); wuerror.h"

// srcWUComponents says more than hh968413, by component.
const srcWUComponents = "Windows Update error codes by component; wuerror.h"

// Codes of the Windows Update agent, as wuerror.h spells them; Lookup says what
// they mean.
const (
	WU_S_SERVICE_STOP                   HRESULT = 0x00240001
	WU_S_SELFUPDATE                     HRESULT = 0x00240002
	WU_S_UPDATE_ERROR                   HRESULT = 0x00240003
	WU_S_MARKED_FOR_DISCONNECT          HRESULT = 0x00240004
	WU_S_REBOOT_REQUIRED                HRESULT = 0x00240005
	WU_S_ALREADY_INSTALLED              HRESULT = 0x00240006
	WU_S_ALREADY_UNINSTALLED            HRESULT = 0x00240007
	WU_S_ALREADY_DOWNLOADED             HRESULT = 0x00240008
	WU_E_CALL_CANCELLED                 HRESULT = 0x8024000B
	WU_E_NOOP                           HRESULT = 0x8024000C
	WU_E_XML_INVALID                    HRESULT = 0x8024000E
	WU_E_INSTALL_NOT_ALLOWED            HRESULT = 0x80240016
	WU_E_LEGACYSERVER                   HRESULT = 0x8024002B
	WU_E_INVALID_CRITERIA               HRESULT = 0x80240032
	WU_E_WINHTTP_INVALID_FILE           HRESULT = 0x80240038
	WU_E_UH_DOESNOTSUPPORTACTION        HRESULT = 0x80242004
	WU_E_UH_INVALIDMETADATA             HRESULT = 0x80242006
	WU_E_UH_INSTALLERHUNG               HRESULT = 0x80242007
	WU_E_UH_OPERATIONCANCELLED          HRESULT = 0x80242008
	WU_E_UH_BADHANDLERXML               HRESULT = 0x80242009
	WU_E_UH_INSTALLERFAILURE            HRESULT = 0x8024200B
	WU_E_PT_SOAPCLIENT_INITIALIZE       HRESULT = 0x80244001
	WU_E_PT_SOAPCLIENT_OUTOFMEMORY      HRESULT = 0x80244002
	WU_E_PT_SOAPCLIENT_GENERATE         HRESULT = 0x80244003
	WU_E_PT_SOAPCLIENT_CONNECT          HRESULT = 0x80244004
	WU_E_PT_SOAPCLIENT_SEND             HRESULT = 0x80244005
	WU_E_PT_SOAPCLIENT_SERVER           HRESULT = 0x80244006
	WU_E_PT_SOAPCLIENT_SOAPFAULT        HRESULT = 0x80244007
	WU_E_PT_SOAPCLIENT_PARSEFAULT       HRESULT = 0x80244008
	WU_E_PT_SOAPCLIENT_READ             HRESULT = 0x80244009
	WU_E_PT_SOAPCLIENT_PARSE            HRESULT = 0x8024400A
	WU_E_PT_SOAP_VERSION                HRESULT = 0x8024400B
	WU_E_PT_SOAP_MUST_UNDERSTAND        HRESULT = 0x8024400C
	WU_E_PT_SOAP_CLIENT                 HRESULT = 0x8024400D
	WU_E_PT_SOAP_SERVER                 HRESULT = 0x8024400E
	WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS   HRESULT = 0x80244010
	WU_E_PT_SUS_SERVER_NOT_SET          HRESULT = 0x80244011
	WU_E_PT_INVALID_COMPUTER_NAME       HRESULT = 0x80244013
	WU_E_PT_REFRESH_CACHE_REQUIRED      HRESULT = 0x80244015
	WU_E_PT_HTTP_STATUS_BAD_REQUEST     HRESULT = 0x80244016
	WU_E_PT_HTTP_STATUS_DENIED          HRESULT = 0x80244017
	WU_E_PT_HTTP_STATUS_FORBIDDEN       HRESULT = 0x80244018
	WU_E_PT_HTTP_STATUS_NOT_FOUND       HRESULT = 0x80244019
	WU_E_PT_HTTP_STATUS_BAD_METHOD      HRESULT = 0x8024401A
	WU_E_PT_HTTP_STATUS_PROXY_AUTH_REQ  HRESULT = 0x8024401B
	WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT HRESULT = 0x8024401C
	WU_E_PT_HTTP_STATUS_CONFLICT        HRESULT = 0x8024401D
	WU_E_PT_HTTP_STATUS_GONE            HRESULT = 0x8024401E
	WU_E_PT_HTTP_STATUS_SERVER_ERROR    HRESULT = 0x8024401F
	WU_E_PT_HTTP_STATUS_NOT_SUPPORTED   HRESULT = 0x80244020
	WU_E_PT_HTTP_STATUS_BAD_GATEWAY     HRESULT = 0x80244021
	WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL HRESULT = 0x80244022
	WU_E_PT_HTTP_STATUS_GATEWAY_TIMEOUT HRESULT = 0x80244023
	WU_E_PT_HTTP_STATUS_VERSION_NOT_SUP HRESULT = 0x80244024
	WU_E_PT_FILE_LOCATIONS_CHANGED      HRESULT = 0x80244025
	WU_E_PT_NO_AUTH_PLUGINS_REQUESTED   HRESULT = 0x80244027
	WU_E_PT_NO_AUTH_COOKIES_CREATED     HRESULT = 0x80244028
	WU_E_PT_INVALID_CONFIG_PROP         HRESULT = 0x80244029
	WU_E_PT_CONFIG_PROP_MISSING         HRESULT = 0x8024402A
	WU_E_PT_HTTP_STATUS_NOT_MAPPED      HRESULT = 0x8024402B
	WU_E_PT_WINHTTP_NAME_NOT_RESOLVED   HRESULT = 0x8024402C
	WU_E_PT_ECP_SUCCEEDED_WITH_ERRORS   HRESULT = 0x8024402F
	WU_E_PT_SAME_REDIR_ID               HRESULT = 0x8024502D
	WU_E_DM_URLNOTAVAILABLE             HRESULT = 0x80246001
	WU_E_DM_INCORRECTFILEHASH           HRESULT = 0x80246002
	WU_E_DM_UNKNOWNALGORITHM            HRESULT = 0x80246003
	WU_E_DM_NONETWORK                   HRESULT = 0x80246005
	WU_E_DM_WRONGBITSVERSION            HRESULT = 0x80246006
	WU_E_DM_NOTDOWNLOADED               HRESULT = 0x80246007
	WU_E_DM_FAILTOCONNECTTOBITS         HRESULT = 0x80246008
	WU_E_DM_BITSTRANSFERERROR           HRESULT = 0x80246009
	WU_E_DM_DOWNLOADLOCATIONCHANGED     HRESULT = 0x8024600A
	WU_E_DM_CONTENTCHANGED              HRESULT = 0x8024600B
	WU_E_AU_NOSERVICE                   HRESULT = 0x8024A000
	WU_E_AU_NONLEGACYSERVER             HRESULT = 0x8024A002
	WU_E_AU_LEGACYCLIENTDISABLED        HRESULT = 0x8024A003
	WU_E_AU_PAUSED                      HRESULT = 0x8024A004
	WU_E_SERVER_BUSY                    HRESULT = 0x8024F004
)

// FromHTTPStatusWU is the code that the Windows Update agent reports for an
// HTTP status of its web services: a code of its own for some, else
// WU_E_PT_HTTP_STATUS_NOT_MAPPED. A 500 that carries a SOAP fault is
// WU_E_PT_SOAPCLIENT_SOAPFAULT or narrower instead. Source: aa387293.
func FromHTTPStatusWU(status int) HRESULT {
	for _, row := range wuStatusTable() {
		if row.status == status {
			return row.code
		}
	}
	return WU_E_PT_HTTP_STATUS_NOT_MAPPED
}

type wuStatus struct {
	status int
	code   HRESULT
}

func wuStatusTable() []wuStatus {
	return []wuStatus{
		{400, WU_E_PT_HTTP_STATUS_BAD_REQUEST},
		{401, WU_E_PT_HTTP_STATUS_DENIED},
		{403, WU_E_PT_HTTP_STATUS_FORBIDDEN},
		{404, WU_E_PT_HTTP_STATUS_NOT_FOUND},
		{405, WU_E_PT_HTTP_STATUS_BAD_METHOD},
		{407, WU_E_PT_HTTP_STATUS_PROXY_AUTH_REQ},
		{408, WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT},
		{409, WU_E_PT_HTTP_STATUS_CONFLICT},
		{410, WU_E_PT_HTTP_STATUS_GONE},
		{500, WU_E_PT_HTTP_STATUS_SERVER_ERROR},
		{501, WU_E_PT_HTTP_STATUS_NOT_SUPPORTED},
		{502, WU_E_PT_HTTP_STATUS_BAD_GATEWAY},
		{503, WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL},
		{504, WU_E_PT_HTTP_STATUS_GATEWAY_TIMEOUT},
		{505, WU_E_PT_HTTP_STATUS_VERSION_NOT_SUP},
	}
}

func windowsUpdateTable() []Info {
	return []Info{
		{WU_S_SERVICE_STOP, "WU_S_SERVICE_STOP", "the agent was stopped", "", srcWU, true},
		{WU_S_SELFUPDATE, "WU_S_SELFUPDATE", "the agent updated itself", "", srcWU, true},
		{WU_S_UPDATE_ERROR, "WU_S_UPDATE_ERROR", "done, but some updates failed", "", srcWU, true},
		{WU_S_MARKED_FOR_DISCONNECT, "WU_S_MARKED_FOR_DISCONNECT", "a callback will be disconnected later", "", srcWU, true},
		{WU_S_REBOOT_REQUIRED, "WU_S_REBOOT_REQUIRED", "done, a restart is needed", "", srcWU, true},
		{WU_S_ALREADY_INSTALLED, "WU_S_ALREADY_INSTALLED", "the update is installed already", "", srcWU, true},
		{WU_S_ALREADY_UNINSTALLED, "WU_S_ALREADY_UNINSTALLED", "the update is not installed already", "", srcWU, true},
		{WU_S_ALREADY_DOWNLOADED, "WU_S_ALREADY_DOWNLOADED", "the update is downloaded already", "", srcWU, true},
		{WU_E_CALL_CANCELLED, "WU_E_CALL_CANCELLED", "the call was cancelled", "look for who cancelled it", srcWU, true},
		{WU_E_NOOP, "WU_E_NOOP", "nothing to do", "harmless unless something was expected", srcWU, true},
		{WU_E_XML_INVALID, "WU_E_XML_INVALID", "the update's XML is not valid", "validate the metadata that the server sends", srcWU, true},
		{WU_E_INSTALL_NOT_ALLOWED, "WU_E_INSTALL_NOT_ALLOWED", "another installation runs or a restart is pending", "finish it or restart first", srcWU, true},
		{WU_E_LEGACYSERVER, "WU_E_LEGACYSERVER", "the managed server is a SUS 1.0 server, which cannot be searched", "use WSUS, or the Automatic Updates client of SUS", srcWU, true},
		{WU_E_INVALID_CRITERIA, "WU_E_INVALID_CRITERIA", "the search criteria cannot be read", "check the search string", srcWU, true},
		{WU_E_WINHTTP_INVALID_FILE, "WU_E_WINHTTP_INVALID_FILE", "the downloaded file has an unexpected content type", "look for a sign-in or error page in place of the file", srcWU, true},
		{WU_E_UH_DOESNOTSUPPORTACTION, "WU_E_UH_DOESNOTSUPPORTACTION", "the update cannot be installed, or removed, by its handler", "check whether the update can be removed at all", srcWU, true},
		{WU_E_UH_INVALIDMETADATA, "WU_E_UH_INVALIDMETADATA", "the handler found the metadata invalid", "check the update's metadata on the server", srcWU, true},
		{WU_E_UH_INSTALLERHUNG, "WU_E_UH_INSTALLERHUNG", "the installer took too long and was ended", "run the installer by hand and watch what it waits for", srcWU, true},
		{WU_E_UH_OPERATIONCANCELLED, "WU_E_UH_OPERATIONCANCELLED", "the handler's work was cancelled", "look for who cancelled it", srcWU, true},
		{WU_E_UH_BADHANDLERXML, "WU_E_UH_BADHANDLERXML", "the handler's part of the metadata is invalid", "check HandlerSpecificData", srcWU, true},
		{WU_E_UH_INSTALLERFAILURE, "WU_E_UH_INSTALLERFAILURE", "the installer failed", "read the installer's own log and exit code", srcWU, true},
		{WU_E_PT_SOAPCLIENT_INITIALIZE, "WU_E_PT_SOAPCLIENT_INITIALIZE", "the SOAP client could not start", "check MSXML on the client", srcWU, true},
		{WU_E_PT_SOAPCLIENT_OUTOFMEMORY, "WU_E_PT_SOAPCLIENT_OUTOFMEMORY", "the SOAP client ran out of memory", "look at the size of the answer", srcWU, true},
		{WU_E_PT_SOAPCLIENT_GENERATE, "WU_E_PT_SOAPCLIENT_GENERATE", "the SOAP request could not be built", "look at the request's values", srcWU, true},
		{WU_E_PT_SOAPCLIENT_CONNECT, "WU_E_PT_SOAPCLIENT_CONNECT", "the SOAP client could not connect", "check server, port, proxy and firewall", srcWU, true},
		{WU_E_PT_SOAPCLIENT_SEND, "WU_E_PT_SOAPCLIENT_SEND", "the SOAP message could not be sent", "read the WinHTTP error beside it", srcWU, true},
		{WU_E_PT_SOAPCLIENT_SERVER, "WU_E_PT_SOAPCLIENT_SERVER", "the server failed", "look at the server's log", srcWU, true},
		{WU_E_PT_SOAPCLIENT_SOAPFAULT, "WU_E_PT_SOAPCLIENT_SOAPFAULT", "the server answered with a SOAP fault", "read the ErrorCode in the fault's detail", srcWU, true},
		{WU_E_PT_SOAPCLIENT_PARSEFAULT, "WU_E_PT_SOAPCLIENT_PARSEFAULT", "the SOAP fault cannot be read", "look at the fault's XML", srcWU, true},
		{WU_E_PT_SOAPCLIENT_READ, "WU_E_PT_SOAPCLIENT_READ", "the answer could not be read to its end", "look for a connection cut short or a wrong Content-Length", srcWU, true},
		{WU_E_PT_SOAPCLIENT_PARSE, "WU_E_PT_SOAPCLIENT_PARSE", "the answer is not valid XML", "look at the body; an error page with status 200 does this", srcWU, true},
		{WU_E_PT_SOAP_VERSION, "WU_E_PT_SOAP_VERSION", "fault code VersionMismatch: wrong envelope namespace", "the server wants another SOAP version", srcWU, true},
		{WU_E_PT_SOAP_MUST_UNDERSTAND, "WU_E_PT_SOAP_MUST_UNDERSTAND", "fault code MustUnderstand: a header was not understood", "look at the SOAP headers", srcWU, true},
		{WU_E_PT_SOAP_CLIENT, "WU_E_PT_SOAP_CLIENT", "fault code Client: the request is wrong", "read the fault; the cookie or a parameter is wrong", srcWU, true},
		{WU_E_PT_SOAP_SERVER, "WU_E_PT_SOAP_SERVER", "fault code Server: the server could not do it", "look at the server's log", srcWU, true},
		{WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS, "WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS", "more round trips than one scan may take (200)", "fewer updates, or let the scan run again; a server that never ends does this", srcWU, true},
		{WU_E_PT_SUS_SERVER_NOT_SET, "WU_E_PT_SUS_SERVER_NOT_SET", "UseWUServer is 1 but WUServer is missing", "set WUServer and WUStatusServer", srcWU, true},
		{WU_E_PT_INVALID_COMPUTER_NAME, "WU_E_PT_INVALID_COMPUTER_NAME", "the computer's name could not be determined", "check the DNS name of the computer", srcWU, true},
		{WU_E_PT_REFRESH_CACHE_REQUIRED, "WU_E_PT_REFRESH_CACHE_REQUIRED", "the server's state changed: cookie or configuration must be fetched anew", "the agent does so by itself", srcWU, false},
		{WU_E_PT_HTTP_STATUS_BAD_REQUEST, "WU_E_PT_HTTP_STATUS_BAD_REQUEST", "HTTP 400: bad request", "look at the request", srcWU, true},
		{WU_E_PT_HTTP_STATUS_DENIED, "WU_E_PT_HTTP_STATUS_DENIED", "HTTP 401: credentials wanted", "check authentication on the server's web service", srcWU, true},
		{WU_E_PT_HTTP_STATUS_FORBIDDEN, "WU_E_PT_HTTP_STATUS_FORBIDDEN", "HTTP 403: forbidden", "check rights and address filters on the server", srcWU, true},
		{WU_E_PT_HTTP_STATUS_NOT_FOUND, "WU_E_PT_HTTP_STATUS_NOT_FOUND", "HTTP 404: not found", "check WUServer and the web service's path", srcWU, true},
		{WU_E_PT_HTTP_STATUS_BAD_METHOD, "WU_E_PT_HTTP_STATUS_BAD_METHOD", "HTTP 405: method not allowed", "allow POST", srcWU, true},
		{WU_E_PT_HTTP_STATUS_PROXY_AUTH_REQ, "WU_E_PT_HTTP_STATUS_PROXY_AUTH_REQ", "HTTP 407: the proxy wants credentials", "give the agent a proxy that it can sign on to", srcWU, true},
		{WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT, "WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT", "HTTP 408: the server waited too long for the request", "look for a slow link", srcWU, true},
		{WU_E_PT_HTTP_STATUS_CONFLICT, "WU_E_PT_HTTP_STATUS_CONFLICT", "HTTP 409: conflict", "look at the server's log", srcWU, true},
		{WU_E_PT_HTTP_STATUS_GONE, "WU_E_PT_HTTP_STATUS_GONE", "HTTP 410: gone", "check the URL", srcWU, true},
		{WU_E_PT_HTTP_STATUS_SERVER_ERROR, "WU_E_PT_HTTP_STATUS_SERVER_ERROR", "HTTP 500: server error without a SOAP fault", "look at the server's log", srcWU, true},
		{WU_E_PT_HTTP_STATUS_NOT_SUPPORTED, "WU_E_PT_HTTP_STATUS_NOT_SUPPORTED", "HTTP 501: not implemented", "check what answers at this address", srcWU, true},
		{WU_E_PT_HTTP_STATUS_BAD_GATEWAY, "WU_E_PT_HTTP_STATUS_BAD_GATEWAY", "HTTP 502: bad gateway", "check the server behind the gateway", srcWU, true},
		{WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL, "WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL", "HTTP 503: service not available", "try later; check the application pool", srcWU, true},
		{WU_E_PT_HTTP_STATUS_GATEWAY_TIMEOUT, "WU_E_PT_HTTP_STATUS_GATEWAY_TIMEOUT", "HTTP 504: gateway time-out", "check the server behind the gateway", srcWU, true},
		{WU_E_PT_HTTP_STATUS_VERSION_NOT_SUP, "WU_E_PT_HTTP_STATUS_VERSION_NOT_SUP", "HTTP 505: HTTP version not supported", "check server and proxy", srcWU, true},
		{WU_E_PT_FILE_LOCATIONS_CHANGED, "WU_E_PT_FILE_LOCATIONS_CHANGED", "file locations changed", "the agent asks for them anew (GetFileLocations)", srcWU, true},
		{WU_E_PT_NO_AUTH_PLUGINS_REQUESTED, "WU_E_PT_NO_AUTH_PLUGINS_REQUESTED", "the server named no authorization plug-in", "check AuthInfo in GetConfig's answer", srcWU, true},
		{WU_E_PT_NO_AUTH_COOKIES_CREATED, "WU_E_PT_NO_AUTH_COOKIES_CREATED", "no authorization cookie could be made", "check the answer to GetAuthorizationCookie", srcWU, true},
		{WU_E_PT_INVALID_CONFIG_PROP, "WU_E_PT_INVALID_CONFIG_PROP", "a configuration property has a wrong value", "check Properties in GetConfig's answer", srcWU, true},
		{WU_E_PT_CONFIG_PROP_MISSING, "WU_E_PT_CONFIG_PROP_MISSING", "a configuration property is missing", "check Properties in GetConfig's answer", srcWU, true},
		{WU_E_PT_HTTP_STATUS_NOT_MAPPED, "WU_E_PT_HTTP_STATUS_NOT_MAPPED", "an HTTP status that has no code of its own", "look at the status in the transcript", srcWU, true},
		{WU_E_PT_WINHTTP_NAME_NOT_RESOLVED, "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED", "the name of server or proxy cannot be resolved", "check DNS, and the name of the proxy", srcWU, true},
		{WU_E_PT_ECP_SUCCEEDED_WITH_ERRORS, "WU_E_PT_ECP_SUCCEEDED_WITH_ERRORS", "an external cab was processed with errors", "look at the cab that the server names", srcWU, true},
		{WU_E_PT_SAME_REDIR_ID, "WU_E_PT_SAME_REDIR_ID", "the redirector cab has the same id again", "the redirector was not renewed on the server", srcWU, true},
		{WU_E_DM_URLNOTAVAILABLE, "WU_E_DM_URLNOTAVAILABLE", "the file has no URL", "check the file locations on the server", srcWU, true},
		{WU_E_DM_INCORRECTFILEHASH, "WU_E_DM_INCORRECTFILEHASH", "the file's digest is wrong", "the file was changed or damaged on the server or the way", srcWU, true},
		{WU_E_DM_UNKNOWNALGORITHM, "WU_E_DM_UNKNOWNALGORITHM", "the digest's algorithm is not known", "check the digest algorithm in the metadata", srcWU, true},
		{WU_E_DM_NONETWORK, "WU_E_DM_NONETWORK", "no network is connected", "connect a network", srcWU, true},
		{WU_E_DM_WRONGBITSVERSION, "WU_E_DM_WRONGBITSVERSION", "the BITS version does not fit", "install the BITS version that the agent needs", srcWU, true},
		{WU_E_DM_NOTDOWNLOADED, "WU_E_DM_NOTDOWNLOADED", "the update is not downloaded", "download it first", srcWU, true},
		{WU_E_DM_FAILTOCONNECTTOBITS, "WU_E_DM_FAILTOCONNECTTOBITS", "the BITS service cannot be reached", "check that the service can start", srcWU, true},
		{WU_E_DM_BITSTRANSFERERROR, "WU_E_DM_BITSTRANSFERERROR", "BITS reported a transfer error", "read the BITS code of the job", srcWU, true},
		{WU_E_DM_DOWNLOADLOCATIONCHANGED, "WU_E_DM_DOWNLOADLOCATIONCHANGED", "the download location changed", "the agent tries the new URL", srcWU, true},
		{WU_E_DM_CONTENTCHANGED, "WU_E_DM_CONTENTCHANGED", "the content changed", "the agent tries the new content", srcWU, true},
		{WU_E_AU_NOSERVICE, "WU_E_AU_NOSERVICE", "Automatic Updates cannot take requests", "check the service", srcWU, true},
		{WU_E_AU_NONLEGACYSERVER, "WU_E_AU_NONLEGACYSERVER", "the old client stopped since the server is WSUS now", "let the client update itself", srcWU, true},
		{WU_E_AU_LEGACYCLIENTDISABLED, "WU_E_AU_LEGACYCLIENTDISABLED", "the old client is disabled", "use the new client", srcWU, true},
		{WU_E_AU_PAUSED, "WU_E_AU_PAUSED", "Automatic Updates is paused", "resume it", srcWU, true},
		{WU_E_SERVER_BUSY, "WU_E_SERVER_BUSY", "the update service is busy", "try again later", srcWU, true},
	}
}
