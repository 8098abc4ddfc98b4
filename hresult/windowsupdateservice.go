package hresult

// Further codes of the Windows Update agent, as wuerror.h spells them: the service, the API, searches.
const (
	WU_E_NO_SERVICE                 HRESULT = 0x80240001
	WU_E_MAX_CAPACITY_REACHED       HRESULT = 0x80240002
	WU_E_UNKNOWN_ID                 HRESULT = 0x80240003
	WU_E_NOT_INITIALIZED            HRESULT = 0x80240004
	WU_E_RANGEOVERLAP               HRESULT = 0x80240005
	WU_E_TOOMANYRANGES              HRESULT = 0x80240006
	WU_E_INVALIDINDEX               HRESULT = 0x80240007
	WU_E_ITEMNOTFOUND               HRESULT = 0x80240008
	WU_E_OPERATIONINPROGRESS        HRESULT = 0x80240009
	WU_E_COULDNOTCANCEL             HRESULT = 0x8024000A
	WU_E_XML_MISSINGDATA            HRESULT = 0x8024000D
	WU_E_CYCLE_DETECTED             HRESULT = 0x8024000F
	WU_E_TOO_DEEP_RELATION          HRESULT = 0x80240010
	WU_E_INVALID_RELATIONSHIP       HRESULT = 0x80240011
	WU_E_REG_VALUE_INVALID          HRESULT = 0x80240012
	WU_E_DUPLICATE_ITEM             HRESULT = 0x80240013
	WU_E_NOT_APPLICABLE             HRESULT = 0x80240017
	WU_E_NO_USERTOKEN               HRESULT = 0x80240018
	WU_E_EXCLUSIVE_INSTALL_CONFLICT HRESULT = 0x80240019
	WU_E_POLICY_NOT_SET             HRESULT = 0x8024001A
	WU_E_SELFUPDATE_IN_PROGRESS     HRESULT = 0x8024001B
	WU_E_INVALID_UPDATE             HRESULT = 0x8024001D
	WU_E_SERVICE_STOP               HRESULT = 0x8024001E
	WU_E_NO_CONNECTION              HRESULT = 0x8024001F
	WU_E_NO_INTERACTIVE_USER        HRESULT = 0x80240020
	WU_E_TIME_OUT                   HRESULT = 0x80240021
	WU_E_ALL_UPDATES_FAILED         HRESULT = 0x80240022
	WU_E_EULAS_DECLINED             HRESULT = 0x80240023
	WU_E_NO_UPDATE                  HRESULT = 0x80240024
	WU_E_USER_ACCESS_DISABLED       HRESULT = 0x80240025
	WU_E_INVALID_UPDATE_TYPE        HRESULT = 0x80240026
	WU_E_URL_TOO_LONG               HRESULT = 0x80240027
	WU_E_UNINSTALL_NOT_ALLOWED      HRESULT = 0x80240028
	WU_E_INVALID_PRODUCT_LICENSE    HRESULT = 0x80240029
	WU_E_MISSING_HANDLER            HRESULT = 0x8024002A
	WU_E_BIN_SOURCE_ABSENT          HRESULT = 0x8024002C
	WU_E_SOURCE_ABSENT              HRESULT = 0x8024002D
	WU_E_WU_DISABLED                HRESULT = 0x8024002E
	WU_E_CALL_CANCELLED_BY_POLICY   HRESULT = 0x8024002F
	WU_E_INVALID_PROXY_SERVER       HRESULT = 0x80240030
	WU_E_INVALID_FILE               HRESULT = 0x80240031
	WU_E_EULA_UNAVAILABLE           HRESULT = 0x80240033
	WU_E_DOWNLOAD_FAILED            HRESULT = 0x80240034
	WU_E_UPDATE_NOT_PROCESSED       HRESULT = 0x80240035
	WU_E_INVALID_OPERATION          HRESULT = 0x80240036
	WU_E_NOT_SUPPORTED              HRESULT = 0x80240037
	WU_E_TOO_MANY_RESYNC            HRESULT = 0x80240039
	WU_E_NO_SERVER_CORE_SUPPORT     HRESULT = 0x80240040
	WU_E_SYSPREP_IN_PROGRESS        HRESULT = 0x80240041
	WU_E_UNKNOWN_SERVICE            HRESULT = 0x80240042
	WU_E_NO_UI_SUPPORT              HRESULT = 0x80240043
	WU_E_UNEXPECTED                 HRESULT = 0x80240FFF
	WU_E_MSI_WRONG_VERSION          HRESULT = 0x80241001
	WU_E_MSI_NOT_CONFIGURED         HRESULT = 0x80241002
	WU_E_MSP_DISABLED               HRESULT = 0x80241003
	WU_E_MSI_WRONG_APP_CONTEXT      HRESULT = 0x80241004
	WU_E_MSP_UNEXPECTED             HRESULT = 0x80241FFF
)

func windowsUpdateServiceTable() []Info {
	return []Info{
		{WU_E_NO_SERVICE, "WU_E_NO_SERVICE", "the agent could not do its service", "check that the service runs", srcWUComponents, true},
		{WU_E_MAX_CAPACITY_REACHED, "WU_E_MAX_CAPACITY_REACHED", "the service has as much to do as it can", "try again later", srcWUComponents, true},
		{WU_E_UNKNOWN_ID, "WU_E_UNKNOWN_ID", "an ID is not known", "search again; the update may be gone from the server", srcWUComponents, true},
		{WU_E_NOT_INITIALIZED, "WU_E_NOT_INITIALIZED", "an object was used before it was set up", "give the job its updates first", srcWUComponents, true},
		{WU_E_RANGEOVERLAP, "WU_E_RANGEOVERLAP", "a handler asked twice for the same bytes", "download the update again", srcWUComponents, true},
		{WU_E_TOOMANYRANGES, "WU_E_TOOMANYRANGES", "more byte ranges than there can be", "download the update again", srcWUComponents, true},
		{WU_E_INVALIDINDEX, "WU_E_INVALIDINDEX", "an index lies outside of a collection", "ask for its count first", srcWUComponents, true},
		{WU_E_ITEMNOTFOUND, "WU_E_ITEMNOTFOUND", "a key is not in a collection", "search again", srcWUComponents, true},
		{WU_E_OPERATIONINPROGRESS, "WU_E_OPERATIONINPROGRESS", "another operation is in the way", "wait for it to end", srcWUComponents, true},
		{WU_E_COULDNOTCANCEL, "WU_E_COULDNOTCANCEL", "the operation can no longer be cancelled", "wait for it to end", srcWUComponents, true},
		{WU_E_XML_MISSINGDATA, "WU_E_XML_MISSINGDATA", "the update's XML lacks something", "validate the metadata that the server sends", srcWUComponents, true},
		{WU_E_CYCLE_DETECTED, "WU_E_CYCLE_DETECTED", "updates need each other in a circle", "check the prerequisites and bundles on the server", srcWUComponents, true},
		{WU_E_TOO_DEEP_RELATION, "WU_E_TOO_DEEP_RELATION", "updates need each other too deeply", "check the prerequisites and bundles on the server", srcWUComponents, true},
		{WU_E_INVALID_RELATIONSHIP, "WU_E_INVALID_RELATIONSHIP", "a relation between updates is not valid", "check the prerequisites and bundles on the server", srcWUComponents, true},
		{WU_E_REG_VALUE_INVALID, "WU_E_REG_VALUE_INVALID", "a registry value is not valid", "check the agent's policy and settings", srcWUComponents, true},
		{WU_E_DUPLICATE_ITEM, "WU_E_DUPLICATE_ITEM", "a list would have held something twice", "look at what the server sends twice", srcWUComponents, true},
		{WU_E_NOT_APPLICABLE, "WU_E_NOT_APPLICABLE", "no update applies", "nothing; the update is not for this PC", srcWUComponents, true},
		{WU_E_NO_USERTOKEN, "WU_E_NO_USERTOKEN", "a user is needed, and none was given", "run it for a user that is logged on", srcWUComponents, true},
		{WU_E_EXCLUSIVE_INSTALL_CONFLICT, "WU_E_EXCLUSIVE_INSTALL_CONFLICT", "an update that must be installed alone was given with others", "install it by itself", srcWUComponents, true},
		{WU_E_POLICY_NOT_SET, "WU_E_POLICY_NOT_SET", "a policy value is missing", "check the agent's policy", srcWUComponents, true},
		{WU_E_SELFUPDATE_IN_PROGRESS, "WU_E_SELFUPDATE_IN_PROGRESS", "the agent is updating itself", "wait for the agent to come back", srcWUComponents, true},
		{WU_E_INVALID_UPDATE, "WU_E_INVALID_UPDATE", "an update has metadata that are not valid", "validate the metadata that the server sends", srcWUComponents, true},
		{WU_E_SERVICE_STOP, "WU_E_SERVICE_STOP", "the service or the PC was going down", "try again after the start", srcWUComponents, true},
		{WU_E_NO_CONNECTION, "WU_E_NO_CONNECTION", "there is no network connection", "connect a network", srcWUComponents, true},
		{WU_E_NO_INTERACTIVE_USER, "WU_E_NO_INTERACTIVE_USER", "nobody is logged on to be asked", "log on, or install without questions", srcWUComponents, true},
		{WU_E_TIME_OUT, "WU_E_TIME_OUT", "the operation took too long", "look for a slow server or link", srcWUComponents, true},
		{WU_E_ALL_UPDATES_FAILED, "WU_E_ALL_UPDATES_FAILED", "the operation failed for each of the updates", "read the result of each update", srcWUComponents, true},
		{WU_E_EULAS_DECLINED, "WU_E_EULAS_DECLINED", "the license terms of the updates were not accepted", "accept them: on the server, or with AcceptEula", srcWUComponents, true},
		{WU_E_NO_UPDATE, "WU_E_NO_UPDATE", "no update was given", "give the downloader or installer its updates", srcWUComponents, true},
		{WU_E_USER_ACCESS_DISABLED, "WU_E_USER_ACCESS_DISABLED", "policy keeps the user away from Windows Update", "check the policy DisableWindowsUpdateAccess", srcWUComponents, true},
		{WU_E_INVALID_UPDATE_TYPE, "WU_E_INVALID_UPDATE_TYPE", "the type of an update is not valid", "validate the metadata that the server sends", srcWUComponents, true},
		{WU_E_URL_TOO_LONG, "WU_E_URL_TOO_LONG", "a URL is too long", "shorten the path on the server", srcWUComponents, true},
		{WU_E_UNINSTALL_NOT_ALLOWED, "WU_E_UNINSTALL_NOT_ALLOWED", "only updates of a managed server can be removed so", "remove it where programs are removed", srcWUComponents, true},
		{WU_E_INVALID_PRODUCT_LICENSE, "WU_E_INVALID_PRODUCT_LICENSE", "a product without a license may have hidden updates", "check the product's license", srcWUComponents, true},
		{WU_E_MISSING_HANDLER, "WU_E_MISSING_HANDLER", "a component for detection is missing", "repair the agent", srcWUComponents, true},
		{WU_E_BIN_SOURCE_ABSENT, "WU_E_BIN_SOURCE_ABSENT", "a delta needs the file that it is a change of", "download the whole file", srcWUComponents, true},
		{WU_E_SOURCE_ABSENT, "WU_E_SOURCE_ABSENT", "the installer needs its source", "provide the product's source", srcWUComponents, true},
		{WU_E_WU_DISABLED, "WU_E_WU_DISABLED", "a server that is not managed may not be asked", "use the managed server", srcWUComponents, true},
		{WU_E_CALL_CANCELLED_BY_POLICY, "WU_E_CALL_CANCELLED_BY_POLICY", "policy forbids it: DisableWindowsUpdateAccess", "check the policy", srcWUComponents, true},
		{WU_E_INVALID_PROXY_SERVER, "WU_E_INVALID_PROXY_SERVER", "the list of proxies cannot be read", "check the proxy settings", srcWUComponents, true},
		{WU_E_INVALID_FILE, "WU_E_INVALID_FILE", "a file has the wrong form", "look for another page in place of the file", srcWUComponents, true},
		{WU_E_EULA_UNAVAILABLE, "WU_E_EULA_UNAVAILABLE", "the license terms could not be got", "check the server for the terms' file", srcWUComponents, true},
		{WU_E_DOWNLOAD_FAILED, "WU_E_DOWNLOAD_FAILED", "an update could not be downloaded", "read the code of the download job", srcWUComponents, true},
		{WU_E_UPDATE_NOT_PROCESSED, "WU_E_UPDATE_NOT_PROCESSED", "an update was not worked on", "look at what stopped the operation before", srcWUComponents, true},
		{WU_E_INVALID_OPERATION, "WU_E_INVALID_OPERATION", "the object does not allow it now", "check the order of the calls", srcWUComponents, true},
		{WU_E_NOT_SUPPORTED, "WU_E_NOT_SUPPORTED", "this is not supported", "use another way", srcWUComponents, true},
		{WU_E_TOO_MANY_RESYNC, "WU_E_TOO_MANY_RESYNC", "the server wanted too many new beginnings", "look for a server that changes all the time", srcWUComponents, true},
		{WU_E_NO_SERVER_CORE_SUPPORT, "WU_E_NO_SERVER_CORE_SUPPORT", "not on a Server Core installation", "use another interface", srcWUComponents, true},
		{WU_E_SYSPREP_IN_PROGRESS, "WU_E_SYSPREP_IN_PROGRESS", "the PC is being prepared", "wait for it to end", srcWUComponents, true},
		{WU_E_UNKNOWN_SERVICE, "WU_E_UNKNOWN_SERVICE", "the update service is not registered any more", "register it again", srcWUComponents, true},
		{WU_E_NO_UI_SUPPORT, "WU_E_NO_UI_SUPPORT", "there is no user interface", "use the API", srcWUComponents, true},
		{WU_E_UNEXPECTED, "WU_E_UNEXPECTED", "a failure without a code of its own", "read the log before it", srcWUComponents, true},
		{WU_E_MSI_WRONG_VERSION, "WU_E_MSI_WRONG_VERSION", "Windows Installer is older than 3.1, updates may be missing", "update Windows Installer", srcWUComponents, true},
		{WU_E_MSI_NOT_CONFIGURED, "WU_E_MSI_NOT_CONFIGURED", "Windows Installer is not set up, updates may be missing", "set it up", srcWUComponents, true},
		{WU_E_MSP_DISABLED, "WU_E_MSP_DISABLED", "policy forbids patches of Windows Installer", "check the policy", srcWUComponents, true},
		{WU_E_MSI_WRONG_APP_CONTEXT, "WU_E_MSI_WRONG_APP_CONTEXT", "the program is installed for one user", "install it for all", srcWUComponents, true},
		{WU_E_MSP_UNEXPECTED, "WU_E_MSP_UNEXPECTED", "Windows Installer failed, updates may be missing", "read its log", srcWUComponents, true},
	}
}
