package hresult

// Further codes of the Windows Update agent, as wuerror.h spells them: talking to the server, downloading.
const (
	WU_E_PT_WMI_ERROR                          HRESULT = 0x8024400F
	WU_E_PT_DOUBLE_INITIALIZATION              HRESULT = 0x80244012
	WU_E_PT_REGISTRATION_NOT_SUPPORTED         HRESULT = 0x80244026
	WU_E_PT_ECP_INIT_FAILED                    HRESULT = 0x80244030
	WU_E_PT_ECP_INVALID_FILE_FORMAT            HRESULT = 0x80244031
	WU_E_PT_ECP_INVALID_METADATA               HRESULT = 0x80244032
	WU_E_PT_ECP_FAILURE_TO_EXTRACT_DIGEST      HRESULT = 0x80244033
	WU_E_PT_ECP_FAILURE_TO_DECOMPRESS_CAB_FILE HRESULT = 0x80244034
	WU_E_PT_ECP_FILE_LOCATION_ERROR            HRESULT = 0x80244035
	WU_E_PT_UNEXPECTED                         HRESULT = 0x80244FFF
	WU_E_REDIRECTOR_LOAD_XML                   HRESULT = 0x80245001
	WU_E_REDIRECTOR_S_FALSE                    HRESULT = 0x80245002
	WU_E_REDIRECTOR_ID_SMALLER                 HRESULT = 0x80245003
	WU_E_REDIRECTOR_UNEXPECTED                 HRESULT = 0x80245FFF
	WU_E_PT_NO_MANAGED_RECOVER                 HRESULT = 0x8024502E
	WU_E_DM_NEEDDOWNLOADREQUEST                HRESULT = 0x80246004
	WU_E_DM_UNEXPECTED                         HRESULT = 0x80246FFF
	WU_E_OL_INVALID_SCANFILE                   HRESULT = 0x80247001
	WU_E_OL_NEWCLIENT_REQUIRED                 HRESULT = 0x80247002
	WU_E_OL_UNEXPECTED                         HRESULT = 0x80247FFF
)

func windowsUpdateProtocolTable() []Info {
	return []Info{
		{WU_E_PT_WMI_ERROR, "WU_E_PT_WMI_ERROR", "Windows Management Instrumentation failed", "repair it", srcWUComponents, true},
		{WU_E_PT_DOUBLE_INITIALIZATION, "WU_E_PT_DOUBLE_INITIALIZATION", "something was set up twice", "restart the service", srcWUComponents, true},
		{WU_E_PT_REGISTRATION_NOT_SUPPORTED, "WU_E_PT_REGISTRATION_NOT_SUPPORTED", "a server that is not WSUS takes no registration", "check WUServer", srcWUComponents, true},
		{WU_E_PT_ECP_INIT_FAILED, "WU_E_PT_ECP_INIT_FAILED", "the external cab could not be begun", "look at the cab that the server names", srcWUComponents, true},
		{WU_E_PT_ECP_INVALID_FILE_FORMAT, "WU_E_PT_ECP_INVALID_FILE_FORMAT", "a metadata file has the wrong form", "look at the cab that the server names", srcWUComponents, true},
		{WU_E_PT_ECP_INVALID_METADATA, "WU_E_PT_ECP_INVALID_METADATA", "an external cab holds metadata that are not valid", "look at the cab that the server names", srcWUComponents, true},
		{WU_E_PT_ECP_FAILURE_TO_EXTRACT_DIGEST, "WU_E_PT_ECP_FAILURE_TO_EXTRACT_DIGEST", "the digest of an external cab could not be had", "look at the cab that the server names", srcWUComponents, true},
		{WU_E_PT_ECP_FAILURE_TO_DECOMPRESS_CAB_FILE, "WU_E_PT_ECP_FAILURE_TO_DECOMPRESS_CAB_FILE", "an external cab could not be unpacked", "look at the cab that the server names", srcWUComponents, true},
		{WU_E_PT_ECP_FILE_LOCATION_ERROR, "WU_E_PT_ECP_FILE_LOCATION_ERROR", "the place of an external cab could not be had", "check the file locations on the server", srcWUComponents, true},
		{WU_E_PT_UNEXPECTED, "WU_E_PT_UNEXPECTED", "a failure of communication without a code of its own", "read the log before it", srcWUComponents, true},
		{WU_E_REDIRECTOR_LOAD_XML, "WU_E_REDIRECTOR_LOAD_XML", "the redirector's document cannot be read", "look at the redirector cab", srcWUComponents, true},
		{WU_E_REDIRECTOR_S_FALSE, "WU_E_REDIRECTOR_S_FALSE", "the redirector's document lacks something", "look at the redirector cab", srcWUComponents, true},
		{WU_E_REDIRECTOR_ID_SMALLER, "WU_E_REDIRECTOR_ID_SMALLER", "the redirector is older than the one that is kept", "look for an old copy in a cache", srcWUComponents, true},
		{WU_E_REDIRECTOR_UNEXPECTED, "WU_E_REDIRECTOR_UNEXPECTED", "a failure of the redirector without a code of its own", "look at the redirector cab", srcWUComponents, true},
		{WU_E_PT_NO_MANAGED_RECOVER, "WU_E_PT_NO_MANAGED_RECOVER", "a managed server has no redirector to recover with", "check WUServer", srcWUComponents, true},
		{WU_E_DM_NEEDDOWNLOADREQUEST, "WU_E_DM_NEEDDOWNLOADREQUEST", "the handler has to ask for the download", "let the handler ask", srcWUComponents, true},
		{WU_E_DM_UNEXPECTED, "WU_E_DM_UNEXPECTED", "a failure of the download manager without a code of its own", "read the code of the download job", srcWUComponents, true},
		{WU_E_OL_INVALID_SCANFILE, "WU_E_OL_INVALID_SCANFILE", "the file for the scan is not valid", "get the file anew", srcWUComponents, true},
		{WU_E_OL_NEWCLIENT_REQUIRED, "WU_E_OL_NEWCLIENT_REQUIRED", "the file for the scan wants a newer agent", "update the agent", srcWUComponents, true},
		{WU_E_OL_UNEXPECTED, "WU_E_OL_UNEXPECTED", "the scan with a file failed", "get the file anew", srcWUComponents, true},
	}
}
