package hresult

// Further codes of the Windows Update agent, as wuerror.h spells them: the agent's update of itself.
const (
	WU_E_SETUP_INVALID_INFDATA           HRESULT = 0x8024D001
	WU_E_SETUP_INVALID_IDENTDATA         HRESULT = 0x8024D002
	WU_E_SETUP_ALREADY_INITIALIZED       HRESULT = 0x8024D003
	WU_E_SETUP_NOT_INITIALIZED           HRESULT = 0x8024D004
	WU_E_SETUP_SOURCE_VERSION_MISMATCH   HRESULT = 0x8024D005
	WU_E_SETUP_TARGET_VERSION_GREATER    HRESULT = 0x8024D006
	WU_E_SETUP_REGISTRATION_FAILED       HRESULT = 0x8024D007
	WU_E_SETUP_SKIP_UPDATE               HRESULT = 0x8024D009
	WU_E_SETUP_UNSUPPORTED_CONFIGURATION HRESULT = 0x8024D00A
	WU_E_SETUP_BLOCKED_CONFIGURATION     HRESULT = 0x8024D00B
	WU_E_SETUP_REBOOT_TO_FIX             HRESULT = 0x8024D00C
	WU_E_SETUP_ALREADYRUNNING            HRESULT = 0x8024D00D
	WU_E_SETUP_REBOOTREQUIRED            HRESULT = 0x8024D00E
	WU_E_SETUP_HANDLER_EXEC_FAILURE      HRESULT = 0x8024D00F
	WU_E_SETUP_INVALID_REGISTRY_DATA     HRESULT = 0x8024D010
	WU_E_SETUP_WRONG_SERVER_VERSION      HRESULT = 0x8024D013
	WU_E_SETUP_UNEXPECTED                HRESULT = 0x8024DFFF
)

func windowsUpdateSetupTable() []Info {
	return []Info{
		{WU_E_SETUP_INVALID_INFDATA, "WU_E_SETUP_INVALID_INFDATA", "the agent's update has an INF file that is not valid", "check the self-update files on the server", srcWUComponents, true},
		{WU_E_SETUP_INVALID_IDENTDATA, "WU_E_SETUP_INVALID_IDENTDATA", "wuident.cab holds something that is not valid", "check the self-update files on the server", srcWUComponents, true},
		{WU_E_SETUP_ALREADY_INITIALIZED, "WU_E_SETUP_ALREADY_INITIALIZED", "the agent's setup was begun twice", "restart the service", srcWUComponents, true},
		{WU_E_SETUP_NOT_INITIALIZED, "WU_E_SETUP_NOT_INITIALIZED", "the agent's setup was never ready", "restart the service", srcWUComponents, true},
		{WU_E_SETUP_SOURCE_VERSION_MISMATCH, "WU_E_SETUP_SOURCE_VERSION_MISMATCH", "the agent's update has files of another version than it says", "check the self-update files on the server", srcWUComponents, true},
		{WU_E_SETUP_TARGET_VERSION_GREATER, "WU_E_SETUP_TARGET_VERSION_GREATER", "the PC's agent is newer", "nothing", srcWUComponents, true},
		{WU_E_SETUP_REGISTRATION_FAILED, "WU_E_SETUP_REGISTRATION_FAILED", "a file of the agent could not be registered", "run regsvr32 by hand", srcWUComponents, true},
		{WU_E_SETUP_SKIP_UPDATE, "WU_E_SETUP_SKIP_UPDATE", "wuident says that this agent is to stay as it is", "nothing; the agent is current for this server", srcWUComponents, true},
		{WU_E_SETUP_UNSUPPORTED_CONFIGURATION, "WU_E_SETUP_UNSUPPORTED_CONFIGURATION", "this system gets no agent from the server", "use another server, or update the agent by hand", srcWUComponents, true},
		{WU_E_SETUP_BLOCKED_CONFIGURATION, "WU_E_SETUP_BLOCKED_CONFIGURATION", "the system is set so that the agent is not updated", "look for what blocks it", srcWUComponents, true},
		{WU_E_SETUP_REBOOT_TO_FIX, "WU_E_SETUP_REBOOT_TO_FIX", "the PC has to be restarted first", "restart the PC", srcWUComponents, true},
		{WU_E_SETUP_ALREADYRUNNING, "WU_E_SETUP_ALREADYRUNNING", "the agent's setup runs already", "wait for it to end", srcWUComponents, true},
		{WU_E_SETUP_REBOOTREQUIRED, "WU_E_SETUP_REBOOTREQUIRED", "the agent's setup wants a restart", "restart the PC", srcWUComponents, true},
		{WU_E_SETUP_HANDLER_EXEC_FAILURE, "WU_E_SETUP_HANDLER_EXEC_FAILURE", "the agent's setup failed", "read the setup's log", srcWUComponents, true},
		{WU_E_SETUP_INVALID_REGISTRY_DATA, "WU_E_SETUP_INVALID_REGISTRY_DATA", "the registry holds something that is not valid", "check the agent's keys", srcWUComponents, true},
		{WU_E_SETUP_WRONG_SERVER_VERSION, "WU_E_SETUP_WRONG_SERVER_VERSION", "the server has nothing for an agent of this version", "check the self-update files on the server", srcWUComponents, true},
		{WU_E_SETUP_UNEXPECTED, "WU_E_SETUP_UNEXPECTED", "the agent's setup failed without a code of its own", "read the setup's log", srcWUComponents, true},
	}
}
