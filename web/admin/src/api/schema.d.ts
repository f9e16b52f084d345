// Written by api-types.mjs from docs/openapi.json: change neither by hand.
export interface paths {
    "/api/v1/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getApprovals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postApprovalsByIdApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/approvals/{id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postApprovalsByIdReject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getCalendars"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getCalendarsById"];
        put: operations["putCalendarsById"];
        post?: never;
        delete: operations["deleteCalendarsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendars/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postCalendarsByIdPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/colleagues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getColleagues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getContacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getContactsById"];
        put: operations["putContactsById"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getContactsByIdRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/contacts/behind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postContactsBehind"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversation-texts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getConversationTexts"];
        put: operations["putConversationTexts"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversation-texts/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postConversationTextsRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getConversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getDeliveriesById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postDeliveriesByIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/paused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getDeliveriesPaused"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deliveries/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postDeliveriesReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEncounters"];
        put?: never;
        post: operations["postEncounters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEncountersById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdAssign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/bot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdBot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdClose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdExtend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEncountersByIdMessages"];
        put?: never;
        post: operations["postEncountersByIdMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEncountersByIdRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdSnooze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/encounters/{id}/visit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEncountersByIdVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEventTypes"];
        put?: never;
        post: operations["postEventTypes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEventTypesByName"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["patchEventTypesByName"];
        trace?: never;
    };
    "/api/v1/event-types/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postEventTypesByNameVersions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEvents"];
        put?: never;
        post: operations["postEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getEventsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flags/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlagsByName"];
        put: operations["putFlagsByName"];
        post?: never;
        delete: operations["deleteFlagsByName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flow-samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlows"];
        put?: never;
        post: operations["postFlows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsById"];
        put?: never;
        post?: never;
        delete: operations["deleteFlowsById"];
        options?: never;
        head?: never;
        patch: operations["patchFlowsById"];
        trace?: never;
    };
    "/api/v1/flows/{id}/canary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdCanary"];
        put: operations["putFlowsByIdCanary"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/canary/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdCanaryPromote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/canary/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdCanaryStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdCases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/cases/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdCasesByName"];
        put: operations["putFlowsByIdCasesByName"];
        post?: never;
        delete: operations["deleteFlowsByIdCasesByName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/cases/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdCasesRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdCheck"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/difference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdDifference"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["putFlowsByIdDraft"];
        post?: never;
        delete: operations["deleteFlowsByIdDraft"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdPublish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/publish/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdPublishPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/publish/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdPublishUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/report/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdReportPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdRuns"];
        put?: never;
        post: operations["postFlowsByIdRuns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/runs/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdRunsBulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/runs/bulk/{bulkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdRunsBulkByBulkId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdSimulate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/simulate/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdSimulatePeople"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/standing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdStanding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/unpublish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsByIdUnpublish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdVersionsByVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/{id}/versions/{version}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getFlowsByIdVersionsByVersionMove"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/flows/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postFlowsImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getInboundEndpoints"];
        put?: never;
        post: operations["postInboundEndpoints"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getInboundEndpointsById"];
        put: operations["putInboundEndpointsById"];
        post?: never;
        delete: operations["deleteInboundEndpointsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints/{id}/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getInboundEndpointsByIdReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints/{id}/receipts/{receiptId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getInboundEndpointsByIdReceiptsByReceiptId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints/{id}/receipts/{receiptId}/refeed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postInboundEndpointsByIdReceiptsByReceiptIdRefeed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints/{id}/refeed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postInboundEndpointsByIdRefeed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postInboundEndpointsByIdRotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inbound-endpoints/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postInboundEndpointsByIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/inert-page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postInertPage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getKeys"];
        put?: never;
        post: operations["postKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["deleteKeysById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postLogout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postMePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/refused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getMqttRefused"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/refused/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["deleteMqttRefusedById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/refused/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postMqttRefusedByIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postMqttRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getMqttRules"];
        put?: never;
        post: operations["postMqttRules"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getMqttRulesById"];
        put: operations["putMqttRulesById"];
        post?: never;
        delete: operations["deleteMqttRulesById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/rules/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postMqttRulesByIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mqtt/rules/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postMqttRulesTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getNotifications"];
        put?: never;
        post: operations["postNotifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getNotificationsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postNotificationsByIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postPush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getQueuesById"];
        put: operations["putQueuesById"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postQueuesByIdPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/funnel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getReportsFunnel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/silences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getReportsSilences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRunsById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postRunsByIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/fork": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postRunsByIdFork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postRunsByIdReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postRunsByIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSecretsByName"];
        put: operations["putSecretsByName"];
        post?: never;
        delete: operations["deleteSecretsByName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sending-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSendingRules"];
        put: operations["putSendingRules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSession"];
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/set-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSetUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{pair}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSourcesByPair"];
        put: operations["putSourcesByPair"];
        post?: never;
        delete: operations["deleteSourcesByPair"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{pair}/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSourcesByPairComparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{pair}/held": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSourcesByPairHeld"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{pair}/switch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSourcesByPairSwitch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSubscriptions"];
        put?: never;
        post: operations["postSubscriptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSubscriptionsById"];
        put?: never;
        post?: never;
        delete: operations["deleteSubscriptionsById"];
        options?: never;
        head?: never;
        patch: operations["patchSubscriptionsById"];
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSubscriptionsByIdDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/deliveries/{deliveryId}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSubscriptionsByIdDeliveriesByDeliveryIdAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/deliveries/{deliveryId}/payload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSubscriptionsByIdDeliveriesByDeliveryIdPayload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/end-previous-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSubscriptionsByIdEndPreviousSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSubscriptionsByIdReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/replay/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSubscriptionsByIdReplayStop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSubscriptionsByIdRotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSubscriptionsByIdTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subscriptions/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSubscriptionsImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/switches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSwitches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/switches/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postSwitchesByName"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/switches/{name}/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSwitchesByNameComparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTemplatesByKey"];
        put: operations["putTemplatesByKey"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{key}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postTemplatesByKeyPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{key}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTemplatesByKeyVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTenants"];
        put?: never;
        post: operations["postTenants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tenants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["patchTenantsById"];
        trace?: never;
    };
    "/api/v1/timers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTimers"];
        put?: never;
        post: operations["postTimers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/timers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTimersById"];
        put?: never;
        post?: never;
        delete: operations["deleteTimersById"];
        options?: never;
        head?: never;
        patch: operations["patchTimersById"];
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getUsers"];
        put?: never;
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getUsersById"];
        put?: never;
        post?: never;
        delete: operations["deleteUsersById"];
        options?: never;
        head?: never;
        patch: operations["patchUsersById"];
        trace?: never;
    };
    "/api/v1/whatsapp/commands": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postWhatsappCommands"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/whatsapp/commands/{line}/{messageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getWhatsappCommandsByLineByMessageId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/brokers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeBrokers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/brokers/refused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeBrokersRefused"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/brokers/refused/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeBrokersRefusedById"];
        put?: never;
        post?: never;
        delete: operations["deleteBackofficeBrokersRefusedById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/brokers/refused/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postBackofficeBrokersRefusedByIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/brokers/refused/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeBrokersRefusedGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postBackofficeEventsDiscard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/failures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeEventsFailures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/failures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["putBackofficeEventsFailuresById"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeEventsOutbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeEventsQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/quarantine/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put: operations["putBackofficeEventsQuarantineById"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/quarantine/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postBackofficeEventsQuarantineDiscard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/quarantine/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeEventsQuarantineGroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/quarantine/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postBackofficeEventsQuarantineRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/events/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postBackofficeEventsRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/mqtt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getBackofficeMqtt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backoffice/mqtt/reconnect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postBackofficeMqttReconnect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/in/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postInByAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getNotificationsMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postNotificationsRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/r/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRByToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/r/{token}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRByTokenMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/r/{token}/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postRByTokenReply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/r/{token}/visit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postRByTokenVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wa-clientes/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postWaClientesSend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/wa-proveedores/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["postWaProveedoresSend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ApiKey: {
            createdAt: string;
            createdBy: string;
            expiresAt: string | null;
            id: string;
            lastUsedAt: string | null;
            name: string;
            prefix: string;
            revokedAt: string | null;
            role: "owner" | "admin" | "designer" | "agent" | "viewer";
            scopes: ("events:read" | "subscriptions:read" | "inbound:read" | "deliveries:read" | "conversations:read" | "queues:read" | "flows:read" | "templates:read" | "notifications:read" | "timers:read" | "mqtt:read" | "conversations:write" | "notifications:write" | "flows:run" | "approvals:read" | "approvals:decide" | "events:write" | "catalogue:write" | "subscriptions:write" | "inbound:write" | "deliveries:write" | "queues:write" | "flows:write" | "templates:write" | "timers:write" | "mqtt:write" | "secrets:read" | "secrets:write" | "backoffice:read" | "backoffice:write" | "users:read" | "users:write" | "keys:read" | "keys:write" | "sources:read" | "sources:write" | "flags:read" | "flags:write" | "audit:read" | "metrics:read" | "tenants:read" | "tenants:write")[];
            status: "active" | "suspended" | "expired" | "revoked";
        };
        ArmReport: {
            arm: string;
            closed: number;
            delivered: number;
            entered: number;
            followed: number;
            holdout: boolean;
            observed: number;
            observedRecovered: number;
            rate: components["schemas"]["Estimate"] | null;
            recovered: number;
            sent: number;
            timeToReturn: {
                medianMs: number;
                p90Ms: number;
            } | null;
            weight: number | null;
        };
        Attempt: {
            at: string;
            body: string | null;
            error: string | null;
            headers: {
                [key: string]: string;
            } | null;
            latencyMs: number | null;
            nextAttemptAt: string | null;
            number: number | null;
            request: string | null;
            result: string;
            status: number | null;
            truncated?: boolean;
        };
        AuditEntry: {
            action: string;
            actor: string;
            after: unknown;
            at: string;
            before: unknown;
            id: string;
            target: string;
            traceId: string | null;
        };
        BatchTaken: {
            events: {
                duplicate?: true;
                eventId: string;
                published?: false;
                routingKey: string;
                setAside?: "unknown-type" | "invalid";
            }[];
            routed: boolean;
        };
        Calendar: {
            id: string;
        } & {
            exceptions?: {
                date: string;
                name?: string;
                openings: {
                    from: string;
                    to: string;
                }[];
            }[];
            holidays?: ({
                date: string;
                name?: string;
            } | {
                from: string;
                name?: string;
                to: string;
            })[];
            name?: string;
            timeZone: string;
            week: {
                fri?: {
                    from: string;
                    to: string;
                }[];
                mon?: {
                    from: string;
                    to: string;
                }[];
                sat?: {
                    from: string;
                    to: string;
                }[];
                sun?: {
                    from: string;
                    to: string;
                }[];
                thu?: {
                    from: string;
                    to: string;
                }[];
                tue?: {
                    from: string;
                    to: string;
                }[];
                wed?: {
                    from: string;
                    to: string;
                }[];
            };
        };
        Canary: {
            ended: number;
            endedAt: string | null;
            endedBy: string | null;
            failed: number;
            minimumRuns: number;
            percent: number;
            startedAt: string;
            startedBy: string;
            state: "running" | "promoted" | "returned" | "stopped";
            threshold: number;
            version: number;
        };
        CaseMiss: {
            actual: unknown;
            expected: unknown;
            path: string;
            says: {
                en: string;
                es: string;
            };
        };
        CaseVerdict: {
            messages: {
                after: string;
                channel: string;
                nodeId: string;
                template: string | null;
                text: string | null;
                title: string | null;
            }[];
            misses: components["schemas"]["CaseMiss"][];
            name: string;
            outcome: string;
            passed: boolean;
            status: string;
            steps: string[];
        };
        CausedDelivery: {
            cause: string | null;
            channel: string;
            eventId: string | null;
            id: string;
            status: string;
            target: string;
        } & {
            [key: string]: unknown;
        };
        CausedNotification: {
            cause: string | null;
            channel: string | null;
            createdAt: string;
            deliveryId: string | null;
            id: string;
            status: string;
            template: string | null;
        } & {
            [key: string]: unknown;
        };
        CausedRun: {
            eventId: string;
            flowId: string;
            id: string;
            status: string;
            version: number;
        } & {
            [key: string]: unknown;
        };
        CloudEvent: {
            data?: unknown;
            data_base64?: string;
            datacontenttype?: string;
            dataschema?: string;
            id: string;
            source: string;
            specversion: "1.0";
            subject?: string;
            time?: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        Colleague: {
            canAnswer: boolean;
            id: string;
            name: string;
        };
        Contact: {
            addresses: {
                [key: string]: unknown;
            };
            attributes: {
                [key: string]: unknown;
            };
            id: string;
            locale: string | null;
            name: string | null;
            timeZone: string | null;
        };
        ContinuedRun: {
            cause: string;
            flowId: string;
            id: string;
            outcome: string | null;
            runId: string;
            status: string;
            version: number;
        } & {
            [key: string]: unknown;
        };
        Conversation: {
            brandId: string | null;
            channel: string | null;
            closedAt: string | null;
            closeReason: string | null;
            contactId: string | null;
            contactName: string | null;
            grantedAt: string | null;
            handling: string;
            id: string;
            lastMessage: {
                createdAt: string;
                from: "patient" | "agent" | "bot" | "system";
                text: string;
            } | null;
            lastPatientAt: string | null;
            messageCount: number;
            nextAction: {
                at: string;
                what: "warn" | "close" | "expire";
            } | null;
            openedAt: string;
            queueId: string | null;
            queueName: string | null;
            service: string | null;
            snoozedUntil: string | null;
            stage: "tmipw" | "tmip" | "none";
            stageKey: string;
            status: "open" | "warned" | "closed";
            tags: string[];
            team: string | null;
            threshold: ("snoozed" | "neverWrote" | "withBot" | "transferred" | "returned" | "agentSpokeLast" | "botSpokeLast" | "personSpokeLast") | null;
            unansweredSince: string | null;
            user: string | null;
            waitsFor: ("us" | "them") | null;
            warnedAt: string | null;
        };
        CountedPerson: {
            arm: string;
            closedAt: string | null;
            contactId: string | null;
            deliveredAt: string | null;
            encounterId: string | null;
            enteredAt: string;
            followedAt: string | null;
            holdout: boolean;
            person: {
                id: string;
                name: string | null;
            } | null;
            recoveredAt: string | null;
            runId: string;
            sentAt: string | null;
            windowEndsAt: string;
        };
        Course: {
            outcome: string;
            path: components["schemas"]["Visit"][];
            runId: string;
            said: components["schemas"]["Said"][];
            startedAt: string;
            version: number | null;
        };
        CourseDifference: {
            draft: unknown;
            kind: "begins" | "doesNotBegin" | "messageAdded" | "messageMissing" | "messageChanged" | "otherReceiver" | "otherLink" | "otherTime" | "deedAdded" | "deedMissing" | "deedChanged" | "deedTime" | "outcome" | "endTime" | "path";
            nodeId: string | null;
            real: unknown;
            says: {
                en: string;
                es: string;
            };
        };
        Delivery: {
            attempts: number;
            cause: string | null;
            channel: string;
            createdAt: string;
            endedAt: string | null;
            eventId: string | null;
            eventSubject: string | null;
            eventType: string | null;
            id: string;
            lastError: string | null;
            lastStatus: number | null;
            nextAttemptAt: string | null;
            status: "pending" | "delivered" | "failed" | "cancelled";
            target: string;
        };
        Encounter: {
            brandId: string | null;
            channel: string | null;
            closedAt: string | null;
            closeReason: string | null;
            contactId: string | null;
            grantedAt: string | null;
            handling: string;
            id: string;
            lastPatientAt: string | null;
            messageCount: number;
            nextAction: {
                at: string;
                what: "warn" | "close" | "expire";
            } | null;
            openedAt: string;
            queueId: string | null;
            snoozedUntil: string | null;
            stage: "tmipw" | "tmip" | "none";
            stageKey: string;
            status: "open" | "warned" | "closed";
            tags: string[];
            team: string | null;
            threshold: ("snoozed" | "neverWrote" | "withBot" | "transferred" | "returned" | "agentSpokeLast" | "botSpokeLast" | "personSpokeLast") | null;
            unansweredSince: string | null;
            user: string | null;
            waitsFor: ("us" | "them") | null;
            warnedAt: string | null;
        };
        EnterpriseEvent: {
            actorUserId?: string | null;
            eventId: string;
            eventType: string;
            occurredAt: string;
            payload: {
                [key: string]: unknown;
            };
            schemaVersion: string | number;
            tenantId?: string | null;
        } & {
            [key: string]: unknown;
        };
        Estimate: {
            high: number;
            low: number;
            value: number;
        };
        Event: {
            actorUserId: string | null;
            cause: string | null;
            data: unknown;
            encounterId: string | null;
            extensions: {
                [key: string]: unknown;
            };
            form: "flat" | "enterprise" | "cloudevents";
            hops: number;
            id: string;
            origin: string;
            position: number;
            receivedAt: string;
            schemaVersion: string | null;
            size?: number;
            source: string;
            subject: string;
            tenantId: string | null;
            time: string;
            traceId: string | null;
            truncated?: true;
            type: string;
        };
        EventTaken: {
            duplicate?: true;
            eventId: string;
            published?: false;
            routed: boolean;
            routingKey: string;
            setAside?: "unknown-type" | "invalid";
        };
        EventWithConsequences: {
            actorUserId: string | null;
            cause: string | null;
            caused: {
                continued?: components["schemas"]["ContinuedRun"][];
                deliveries?: components["schemas"]["CausedDelivery"][];
                events: components["schemas"]["Event"][];
                notifications?: components["schemas"]["CausedNotification"][];
                runs?: components["schemas"]["CausedRun"][];
            };
            consumers: {
                at: string | null;
                attempts: number;
                error: string | null;
                name: string;
                settled: {
                    actor: string;
                    at: string;
                    attempts: number;
                    error: string | null;
                    outcome: "retried" | "discarded";
                    reason: string | null;
                    setAsideAt: string;
                }[];
                state: "passed" | "ahead" | "retrying" | "waiting" | "failed" | "discarded";
            }[];
            data: unknown;
            edits: {
                actor: string;
                at: string;
                data: unknown;
                reason: string;
                truncated?: true;
            }[];
            encounterId: string | null;
            extensions: {
                [key: string]: unknown;
            };
            form: "flat" | "enterprise" | "cloudevents";
            hops: number;
            id: string;
            origin: string;
            position: number;
            raw: string;
            receivedAt: string;
            schemaVersion: string | null;
            source: string;
            subject: string;
            tenantId: string | null;
            time: string;
            traceId: string | null;
            type: string;
        };
        FailureGroup: {
            consumer: string;
            count: number;
            error: string;
            eventIds: string[];
            events: {
                id: string;
                occurredAt: string;
                source: string;
                subject: string;
                type: string;
            }[];
            newest: string;
            oldest: string;
        };
        Flag: {
            afterRestart?: boolean | string;
            changedAt: string | null;
            changedBy: string | null;
            choices?: (boolean | string)[];
            default: boolean | string;
            effect: {
                en: string;
                es: string;
            };
            kind: "boolean" | "string";
            live: boolean;
            name: string;
            scope: "tenant" | "installation";
            value: boolean | string;
        };
        FlatEvent: {
            brand_id?: string | null;
            datetime: number;
            encounter_id: string;
            event_id: string;
            patient_id?: string | null;
            queue_id?: string | null;
            subtype: string;
            type: string;
        } & {
            [key: string]: unknown;
        };
        Flow: {
            createdAt: string;
            id: string;
            lastRunAt: string | null;
            latestVersion: number | null;
            name: string;
            published: number | null;
            revision: number;
            runs: {
                cancelled: number;
                completed: number;
                failed: number;
                waiting: number;
            };
            status: "draft" | "published" | "stopped";
            updatedAt: string;
        };
        FlowBulk: {
            action: "cancel" | "retry" | "replay";
            done: number;
            endedAt: string | null;
            flowId: string;
            id: string;
            passed: number;
            refusals: {
                id: string;
                messages?: {
                    en: string;
                    es: string;
                };
                why: string;
            }[];
            refused: number;
            startedAt: string;
            startedBy: string;
            state: "running" | "done";
            total: number;
        };
        FlowCase: {
            calendars?: {
                [key: string]: {
                    exceptions?: {
                        date: string;
                        name?: string;
                        openings: {
                            from: string;
                            to: string;
                        }[];
                    }[];
                    holidays?: ({
                        date: string;
                        name?: string;
                    } | {
                        from: string;
                        name?: string;
                        to: string;
                    })[];
                    name?: string;
                    timeZone: string;
                    week: {
                        fri?: {
                            from: string;
                            to: string;
                        }[];
                        mon?: {
                            from: string;
                            to: string;
                        }[];
                        sat?: {
                            from: string;
                            to: string;
                        }[];
                        sun?: {
                            from: string;
                            to: string;
                        }[];
                        thu?: {
                            from: string;
                            to: string;
                        }[];
                        tue?: {
                            from: string;
                            to: string;
                        }[];
                        wed?: {
                            from: string;
                            to: string;
                        }[];
                    };
                };
            };
            contact?: {
                [key: string]: unknown;
            };
            description?: string;
            encounter?: {
                [key: string]: unknown;
            };
            event: {
                [key: string]: unknown;
            };
            expect: {
                messages?: {
                    after?: string;
                    channel?: string;
                    contains?: string;
                    node?: string;
                    template?: string;
                    text?: string;
                    title?: string;
                }[];
                outcome?: string;
                status?: "waiting" | "completed" | "failed" | "cancelled" | "not started";
                steps?: string[];
                vars?: {
                    [key: string]: unknown;
                };
            };
            later?: ({
                after: string;
                event: {
                    [key: string]: unknown;
                };
            } | {
                after: string;
                reply: string;
            })[];
            name: string;
            outcomes?: {
                [key: string]: {
                    after?: string;
                    cause?: string;
                    value?: unknown;
                    way: string;
                }[];
            };
            queue?: {
                [key: string]: unknown;
            };
            updatedAt: string;
            updatedBy: string;
        };
        FlowEntry: {
            arrivedAt: string;
            eventId: string;
            id: string;
            key: string;
            priority: number;
            readyAt: string;
            subject: string;
            waitsFor: "time" | "run" | "turn";
        };
        FlowFile: {
            cases?: {
                calendars?: {
                    [key: string]: {
                        exceptions?: {
                            date: string;
                            name?: string;
                            openings: {
                                from: string;
                                to: string;
                            }[];
                        }[];
                        holidays?: ({
                            date: string;
                            name?: string;
                        } | {
                            from: string;
                            name?: string;
                            to: string;
                        })[];
                        name?: string;
                        timeZone: string;
                        week: {
                            fri?: {
                                from: string;
                                to: string;
                            }[];
                            mon?: {
                                from: string;
                                to: string;
                            }[];
                            sat?: {
                                from: string;
                                to: string;
                            }[];
                            sun?: {
                                from: string;
                                to: string;
                            }[];
                            thu?: {
                                from: string;
                                to: string;
                            }[];
                            tue?: {
                                from: string;
                                to: string;
                            }[];
                            wed?: {
                                from: string;
                                to: string;
                            }[];
                        };
                    };
                };
                contact?: {
                    [key: string]: unknown;
                };
                description?: string;
                encounter?: {
                    [key: string]: unknown;
                };
                event: {
                    [key: string]: unknown;
                };
                expect: {
                    messages?: {
                        after?: string;
                        channel?: string;
                        contains?: string;
                        node?: string;
                        template?: string;
                        text?: string;
                        title?: string;
                    }[];
                    outcome?: string;
                    status?: "waiting" | "completed" | "failed" | "cancelled" | "not started";
                    steps?: string[];
                    vars?: {
                        [key: string]: unknown;
                    };
                };
                later?: ({
                    after: string;
                    event: {
                        [key: string]: unknown;
                    };
                } | {
                    after: string;
                    reply: string;
                })[];
                name: string;
                outcomes?: {
                    [key: string]: {
                        after?: string;
                        cause?: string;
                        value?: unknown;
                        way: string;
                    }[];
                };
                queue?: {
                    [key: string]: unknown;
                };
            }[];
            cauce: "flow/1";
            description?: unknown;
            edges: ({
                id: string;
                source: string;
                sourceHandle?: string | null;
                target: string;
            } & {
                [key: string]: unknown;
            })[];
            id?: string;
            name?: string;
            nodes: ({
                data?: {
                    [key: string]: unknown;
                };
                id: string;
                position?: {
                    x: number;
                    y: number;
                } & {
                    [key: string]: unknown;
                };
                type: string;
            } & {
                [key: string]: unknown;
            })[];
            settings?: {
                batch?: unknown;
                cancelOn?: unknown;
                concurrency?: unknown;
                debounce?: unknown;
                goal?: unknown;
                key?: unknown;
                oncePer?: unknown;
                onePerKey?: unknown;
                onError?: unknown;
                priority?: unknown;
                rate?: unknown;
                timeLimit?: unknown;
            } & {
                [key: string]: unknown;
            };
            viewport?: unknown;
        } & {
            [key: string]: unknown;
        };
        FlowReport: {
            flowId: string;
            from: string;
            node: string;
            partial: boolean;
            splits: string[];
            to: string;
            versions: components["schemas"]["VersionReport"][];
        };
        FlowSample: {
            description: {
                en: string;
                es: string;
            };
            document: components["schemas"]["FlowFile"];
            id: string;
            title: {
                en: string;
                es: string;
            };
        };
        FlowVersion: {
            canary: {
                ended: number;
                endedAt: string | null;
                endedBy: string | null;
                failed: number;
                percent: number;
                state: "running" | "promoted" | "returned" | "stopped";
                threshold: number;
            } | null;
            fromVersion: number | null;
            note: string | null;
            publishedAt: string;
            publishedBy: string;
            undone: boolean;
            version: number;
        };
        Funnel: {
            closed: number;
            delivered: number;
            detected: number;
            followed: number;
            key: string | null;
            recovered: number;
            timeToReturn: {
                medianMs: number;
                p90Ms: number;
            } | null;
            version: number | null;
            warned: number;
        };
        FunnelReport: {
            from: string;
            groups: components["schemas"]["Funnel"][];
            partial: boolean;
            to: string;
        };
        Graph: {
            description?: unknown;
            edges: ({
                id: string;
                source: string;
                sourceHandle?: string | null;
                target: string;
            } & {
                [key: string]: unknown;
            })[];
            name?: string;
            nodes: ({
                data?: {
                    [key: string]: unknown;
                };
                id: string;
                position?: {
                    x: number;
                    y: number;
                } & {
                    [key: string]: unknown;
                };
                type: string;
            } & {
                [key: string]: unknown;
            })[];
            settings?: {
                batch?: unknown;
                cancelOn?: unknown;
                concurrency?: unknown;
                debounce?: unknown;
                goal?: unknown;
                key?: unknown;
                oncePer?: unknown;
                onePerKey?: unknown;
                onError?: unknown;
                priority?: unknown;
                rate?: unknown;
                timeLimit?: unknown;
            } & {
                [key: string]: unknown;
            };
            viewport?: unknown;
        };
        GraphChange: {
            after: unknown;
            before: unknown;
            change: "stepAdded" | "stepRemoved" | "stepReplaced" | "fieldChanged" | "textChanged" | "edgeAdded" | "edgeRemoved" | "settingChanged" | "nameChanged";
            nodeId: string | null;
            path: string;
            says: {
                en: string;
                es: string;
            };
        };
        GraphFault: {
            label?: string;
            message: string;
            messages?: {
                en: string;
                es: string;
            };
            nodeId?: string;
            path: string;
        };
        InboxMessage: {
            body: string;
            createdAt: string;
            data: {
                link?: string;
            } & {
                [key: string]: unknown;
            };
            id: string;
            readAt: string | null;
            status: "unread" | "read";
            template: string | null;
            title: string | null;
        };
        Lift: {
            arm: string | null;
            difference: components["schemas"]["Estimate"] | null;
            holdout: {
                hits: number;
                people: number;
            };
            relative: number | null;
            says: {
                en: string;
                es: string;
            };
            treated: {
                hits: number;
                people: number;
            };
            verdict: "better" | "worse" | "noDifference" | "notEnoughData";
        };
        ListedSubscription: {
            createdAt: string;
            destination?: {
                exchange: string;
                kind: "rabbitmq";
                routingKey?: string;
            } | {
                kind: "kafka";
                topic: string;
            } | {
                kind: "mqtt";
                retain?: boolean;
                topic: string;
            };
            format?: "as-received" | "cloudevents" | "cloudevents-binary" | "cloudevents-batch";
            health?: {
                breaker: {
                    since: string | null;
                    state: "closed" | "open" | "half-open";
                    until: string | null;
                };
                disablesAt: string | null;
                failingSince: string | null;
                lastError: string | null;
                lastFailureAt: string | null;
                lastStatus: number | null;
                lastSuccessAt: string | null;
                nextAttemptAt: string | null;
                since: string | null;
                state: "well" | "failing" | "disabled";
                warnings: number;
            };
            id: string;
            previousValidUntil?: string;
            publicKeys?: {
                publicKey: string;
                validUntil?: string;
            }[];
            retryDelays?: string[];
            routingKeyPattern: string;
            signature?: "v1" | "v1a";
            status: "ACTIVE" | "DISABLED";
            statusReason?: string;
            webhookUrl?: string;
        };
        Message: {
            createdAt: string;
            from: "patient" | "agent" | "bot" | "system";
            id: string;
            text: string;
            writtenBy: string | null;
        };
        Move: {
            choice: "stay" | "move" | "stop";
            endedAt: string | null;
            map: {
                [key: string]: string | null;
            };
            pacedUntil: string | null;
            perMinute: number;
            previous: number | null;
            runs: {
                kept: number;
                lost: number;
                moved: number;
                paced: number;
                restored: number;
                stopped: number;
                total: number;
            };
            startedAt: string;
            startedBy: string;
            state: "moving" | "moved" | "undoing" | "undone" | "closed";
            undoUntil: string | null;
            version: number;
            why: {
                runs: number;
                says: {
                    en: string;
                    es: string;
                };
            }[];
        };
        MqttRule: {
            createdAt: string;
            enabled: boolean;
            event?: {
                data?: string;
                id?: string;
                subject?: string;
                type: string;
            };
            id: string;
            name: string;
            reply?: string;
            republish?: {
                payload?: string;
                retain?: boolean;
                topic: string;
            };
            topic: string;
            updatedAt: string;
            where?: string;
        };
        Notification: {
            address: string | null;
            askedBy: {
                conversationId: string | null;
                flowId: string;
                flowName: string;
                runId: string;
            } | null;
            body: string | null;
            category: string | null;
            cause: string | null;
            channel: ("inbox" | "push" | "email") | null;
            createdAt: string;
            data: unknown;
            dedupeKey: string | null;
            encounterId: string | null;
            id: string;
            link: string | null;
            locale: string | null;
            readAt: string | null;
            reason: string | null;
            receiverName: string | null;
            sendAt: string | null;
            status: "held" | "queued" | "sent" | "failed" | "suppressed" | "cancelled";
            template: string | null;
            templateVersion: number | null;
            title: string | null;
            to: {
                address: string | null;
            } | {
                contactId: string;
            } | {
                userId: string;
            };
            updatedAt: string;
        };
        NotificationWithStates: {
            address: string | null;
            askedBy: {
                conversationId: string | null;
                flowId: string;
                flowName: string;
                runId: string;
                step: {
                    label: string | null;
                    nodeId: string;
                    version: number;
                } | null;
            } | null;
            body: string | null;
            category: string | null;
            cause: string | null;
            channel: ("inbox" | "push" | "email") | null;
            createdAt: string;
            data: unknown;
            dedupeKey: string | null;
            encounterId: string | null;
            html: string | null;
            id: string;
            link: string | null;
            locale: string | null;
            readAt: string | null;
            reason: string | null;
            receiverName: string | null;
            sendAt: string | null;
            states: {
                address: string | null;
                at: string;
                channel: ("inbox" | "push" | "email") | null;
                payload: {
                    body: string;
                    data: unknown;
                    html: string | null;
                    link: string | null;
                    title: string | null;
                } | null;
                reason: string | null;
                status: string;
                templateVersion: number | null;
            }[];
            status: "held" | "queued" | "sent" | "failed" | "suppressed" | "cancelled";
            template: string | null;
            templateVersion: number | null;
            title: string | null;
            to: {
                address: string | null;
            } | {
                contactId: string;
            } | {
                userId: string;
            };
            updatedAt: string;
        };
        OutboxRow: {
            created_at: string;
            error?: string;
            event_type: string;
            id: string;
            payload_json: unknown;
            size?: number;
            status: "pending" | "published" | "failed";
            truncated?: true;
        };
        Overview: {
            at: string;
            conversations: {
                open: number;
                warned: number;
            };
            deliveries: {
                breakersOpen: number;
                channels: {
                    channel: string;
                    delivered: number;
                    down: boolean;
                    failed: number;
                    stuck: number;
                    waiting: number;
                }[];
                lost: number;
                waiting: number;
                webhooksPaused: number;
            };
            events: {
                ahead: number;
                quarantined: number;
                setAside: number;
            };
            notifications: {
                failed: number;
                notSetUp: ("inbox" | "push" | "email")[];
            };
        };
        PausedReceiver: {
            channel: string | null;
            lastError: string | null;
            lastStatus: number | null;
            nextId: string | null;
            pausedAt: string;
            target: string;
            until: string;
            waiting: number;
        };
        PersonBehind: {
            id: string;
            name: string | null;
            subject: string;
        };
        Problem: {
            code: string;
            detail: string;
            errors?: {
                label?: string;
                message: string;
                messages?: {
                    en?: string;
                    es?: string;
                };
                nodeId?: string;
                path: string;
            }[];
            messages?: {
                en?: string;
                es?: string;
            };
            status: number;
            title: string;
            traceId?: string;
            type: string;
        };
        QuarantinedEvent: {
            event: unknown;
            event_type: string;
            fault: string;
            form: string;
            id: string;
            reason: "unknown-type" | "invalid";
            received_at: string;
            says: {
                en: string;
                es: string;
            };
        };
        QuarantineGroup: {
            count: number;
            event_type: string;
            fault: string;
            newest: string;
            oldest: string;
            reason: "unknown-type" | "invalid";
            says: {
                en: string;
                es: string;
            };
        };
        Queue: {
            id: string;
        } & {
            brand?: string | null;
            calendarId?: string | null;
            close_inactive_encounters?: boolean;
            continuity?: boolean;
            continuity_extension_time?: number | null;
            max_inactive_patient_time?: number | null;
            max_inactive_patient_warning_time?: number | null;
            name?: string | null;
            product?: string | null;
            reopen_closed_encounters?: boolean;
            service?: string | null;
            thresholds?: {
                agentSpokeLast?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
                botSpokeLast?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
                neverWrote?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
                personSpokeLast?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
                returned?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
                snoozed?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
                transferred?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
                withBot?: {
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                };
            };
            warningTexts?: {
                [key: string]: string;
            };
        };
        QueuePreview: {
            atLeast: boolean;
            closed: number;
            warned: number;
        };
        RefusedMessage: {
            attributes: {
                [key: string]: string | number | boolean;
            };
            bodyBytes: number;
            bus: string;
            code: string;
            contentType: string | null;
            door: string;
            errors: {
                message: string;
                path: string;
            }[];
            firstAt: string;
            id: string;
            lastAt: string;
            messageId: string | null;
            reason: string;
            routingKey: string;
            times: number;
        };
        RefusedMqttMessage: {
            at: string;
            cut: boolean;
            id: string;
            payload: string;
            properties: unknown;
            reason: string;
            topic: string;
        };
        Replay: {
            comparison: {
                different: number;
                examples: {
                    differences: components["schemas"]["CourseDifference"][];
                    draft: components["schemas"]["Course"] | null;
                    event: {
                        at: string;
                        contactId: string | null;
                        id: string;
                        subject: string;
                        type: string;
                    };
                    real: components["schemas"]["Course"] | null;
                }[];
                kinds: {
                    kind: "begins" | "doesNotBegin" | "messageAdded" | "messageMissing" | "messageChanged" | "otherReceiver" | "otherLink" | "otherTime" | "deedAdded" | "deedMissing" | "deedChanged" | "deedTime" | "outcome" | "endTime" | "path";
                    runs: number;
                }[];
                messages: {
                    channel: string | null;
                    draft: number;
                    nodeId: string | null;
                    outcome: "sent" | "failed" | "suppressed";
                    real: number;
                }[];
                names: {
                    [key: string]: string;
                };
                outcomes: {
                    draft: number;
                    outcome: string;
                    real: number;
                }[];
                runs: {
                    draft: number;
                    real: number;
                };
                same: number;
                subjects: number;
            } | null;
            events: number;
            from: string;
            to: string;
            types: {
                count: number;
                type: string;
            }[];
        };
        Run: {
            endedAt: string | null;
            eventId: string;
            flowId: string;
            id: string;
            key: string | null;
            nodeId: string | null;
            outcome: string | null;
            person: {
                id: string;
                name: string | null;
            } | null;
            startedAt: string;
            status: "waiting" | "completed" | "failed" | "cancelled";
            subject: string;
            traceId: string | null;
            version: number;
        };
        RunVisit: {
            at: string;
            endedAt: string | null;
            error?: string;
            input?: unknown;
            label?: string;
            nodeId: string;
            output?: unknown;
            says?: {
                en: string;
                es: string;
            };
            tries?: number;
            type: string;
            version: number;
            visit: number;
            way?: string;
        };
        RunWithTimeline: {
            data?: unknown;
            endedAt: string | null;
            eventId: string;
            failure: {
                cause: string;
                label?: string;
                nodeId: string;
                notUndone?: {
                    cause: string;
                    label?: string;
                    nodeId: string;
                    type: string;
                }[];
                says: {
                    en: string;
                    es: string;
                };
                type: string;
            } | null;
            flowId: string;
            forked?: {
                nodeId: string;
                runId: string | null;
            };
            goalAt: string | null;
            id: string;
            key: string | null;
            nextCursor: string | null;
            nodeId: string | null;
            outcome: string | null;
            person: {
                id: string;
                name: string | null;
            } | null;
            startedAt: string;
            status: "waiting" | "completed" | "failed" | "cancelled";
            steps: components["schemas"]["RunVisit"][];
            subject: string;
            traceId: string | null;
            vars: {
                [key: string]: unknown;
            };
            version: number;
            waits: {
                event: string | null;
                nodeId: string;
                until: string | null;
            }[];
            waitsFor: {
                event: string | null;
                nodeId: string;
                until: string | null;
            } | null;
        };
        Said: {
            at: string;
            body: string | null;
            channel: string | null;
            kind: "notify" | "message" | "warning" | "closing";
            link: string | null;
            nodeId: string | null;
            outcome: "sent" | "failed" | "suppressed";
            reason: string | null;
            template: string | null;
            title: string | null;
            to: ({
                address: string;
            } | {
                contactId: string;
            } | {
                userId: string;
            }) | null;
        };
        Secret: {
            createdAt: string;
            name: string;
            updatedAt: string;
            updatedBy: string;
        };
        SendingRules: {
            caps: {
                action: "hold" | "drop";
                categories?: string[];
                channels?: ("inbox" | "push" | "email")[];
                exceptCategories?: string[];
                first?: string[];
                most: number;
                name: string;
                per: string;
            }[];
            quietHours: {
                action: "hold" | "drop";
                categories?: string[];
                channels?: ("inbox" | "push" | "email")[];
                days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                exceptCategories?: string[];
                from: string;
                name: string;
                to: string;
            }[];
            timeZone: string;
        };
        Setting: {
            default: string | null;
            description: string;
            given: boolean;
            group: string;
            name: string;
            secret: boolean;
            value: string | null;
        };
        Silence: {
            brand: string | null;
            channel: string | null;
            closedAt: string | null;
            deliveredAt: string | null;
            detectedAt: string;
            encounterId: string;
            flowId: string | null;
            followedAt: string | null;
            person: {
                id: string;
                name: string | null;
            } | null;
            queueId: string | null;
            recoveredAt: string | null;
            runId: string | null;
            service: string | null;
            silence: string;
            version: number | null;
            warnedAt: string | null;
        };
        Simulation: {
            effects: ({
                at: string;
                kind: string;
                nodeId: string;
            } & {
                [key: string]: unknown;
            })[];
            entry: {
                begins: string | null;
                rules: {
                    en: string;
                    es: string;
                }[];
                says: {
                    en: string;
                    es: string;
                }[];
            } | null;
            failure: {
                cause: string;
                label?: string;
                nodeId: string;
                notUndone?: {
                    cause: string;
                    label?: string;
                    nodeId: string;
                    type: string;
                }[];
                says: {
                    en: string;
                    es: string;
                };
                type: string;
            } | null;
            later: {
                at: string;
                data?: unknown;
                type: string;
            }[];
            messages: ({
                at: string;
                body?: string | null;
                channel?: string | null;
                held?: {
                    reason: string | null;
                    since: string;
                };
                html?: string | null;
                kind: string;
                locale?: string | null;
                nodeId: string;
                outcome?: ("sent" | "failed" | "suppressed") | null;
                reason?: string | null;
                skipped?: {
                    channel: string;
                    reason: string;
                }[];
                text?: string;
                title?: string | null;
            } & {
                [key: string]: unknown;
            })[];
            outcome: string;
            path: components["schemas"]["Visit"][];
            startAt: string;
            status: ("waiting" | "completed" | "failed" | "cancelled") | null;
            vars: {
                [key: string]: unknown;
            };
            why: string | null;
            whySays: {
                en: string;
                es: string;
            } | null;
        };
        SourceComparison: {
            agree: boolean;
            both: number;
            differing: {
                count: number;
                examples: {
                    at: string;
                    fields?: string[];
                    id: string;
                    published: boolean;
                    subject: string;
                    type: string;
                    values?: {
                        [key: string]: {
                            [key: string]: unknown;
                        };
                    };
                }[];
                fields: {
                    [key: string]: number;
                };
            };
            from: string;
            lagMs: {
                max: number;
                min: number;
                p50: number;
                p95: number;
                p99: number;
            } | null;
            only: {
                [key: string]: {
                    count: number;
                    examples: {
                        at: string;
                        fields?: string[];
                        id: string;
                        published: boolean;
                        subject: string;
                        type: string;
                        values?: {
                            [key: string]: {
                                [key: string]: unknown;
                            };
                        };
                    }[];
                    mayStillCome: number;
                };
            };
            to: string;
            truncated: boolean;
            ways: {
                [key: string]: number;
            };
        };
        SourcePair: {
            id: string;
            lastSwitch: {
                actor: string;
                endedAt: string;
                from: string;
                published: number;
                startedAt: string;
                to: string;
            } | null;
            leader: string;
            namespace: string;
            switching: {
                actor: string;
                from: string;
                published: number;
                startedAt: string;
                to: string;
            } | null;
            systems: {
                knownBy: {
                    brokerUsers?: string[];
                    headers?: {
                        [key: string]: string;
                    };
                    keys?: string[];
                    sources?: string[];
                };
                name: string;
                role: "leader" | "follower";
            }[];
            window: string;
        };
        Story: {
            contactId: string | null;
            events: {
                at: string;
                from: "outside" | "conversation" | "flow";
                type: string;
            }[];
            id: string;
            notBegun: {
                at: string;
                says: {
                    en: string;
                    es: string;
                };
                type: string;
            }[];
            outcome: string;
            runs: {
                flowId: string;
                id: string;
                outcome: string;
                path: components["schemas"]["Visit"][];
                startedAt: string;
                status: string;
            }[];
            said: components["schemas"]["Said"][];
        };
        Subscription: {
            createdAt: string;
            destination?: {
                exchange: string;
                kind: "rabbitmq";
                routingKey?: string;
            } | {
                kind: "kafka";
                topic: string;
            } | {
                kind: "mqtt";
                retain?: boolean;
                topic: string;
            };
            format?: "as-received" | "cloudevents" | "cloudevents-binary" | "cloudevents-batch";
            id: string;
            previousValidUntil?: string;
            publicKeys?: {
                publicKey: string;
                validUntil?: string;
            }[];
            retryDelays?: string[];
            routingKeyPattern: string;
            signature?: "v1" | "v1a";
            status: "ACTIVE" | "DISABLED";
            statusReason?: string;
            webhookUrl?: string;
        };
        Switch: {
            active: string;
            effect: {
                en: string;
                es: string;
            };
            name: string;
            shadow: string | null;
            ways: string[];
            what: {
                en: string;
                es: string;
            };
        };
        TemplateText: {
            body: string;
            builtIn: boolean;
            channel: "inbox" | "push" | "email";
            html: string | null;
            key: string;
            locale: string;
            title: string | null;
            version: number;
        };
        Tenant: {
            createdAt: string;
            id: string;
            name: string;
            status: "active" | "suspended";
        };
        Timer: {
            attempts: number | null;
            calendar?: string;
            callbackUrl?: string;
            createdAt: string;
            deliveryId?: string;
            dueAt: string;
            error: string | null;
            event?: {
                data?: unknown;
                subject?: string;
                type: string;
            };
            firedAt: string | null;
            id: string;
            payload: unknown;
            status: "scheduled" | "fired" | "failed" | "cancelled";
            updatedAt: string;
        };
        Trial: {
            complete: boolean;
            examples: components["schemas"]["Story"][];
            people: number;
            steps: number;
            totals: {
                arms: {
                    arm: string;
                    holdout: boolean;
                    nodeId: string;
                    runs: number;
                }[];
                conversations: {
                    closed: number;
                    open: number;
                    warned: number;
                };
                effects: {
                    count: number;
                    kind: string;
                    nodeId: string;
                }[];
                messages: {
                    channel: string | null;
                    count: number;
                    kind: "notify" | "message" | "warning" | "closing";
                    nodeId: string | null;
                    outcome: "sent" | "failed" | "suppressed";
                    reason: string | null;
                    template: string | null;
                }[];
                notBegun: {
                    events: number;
                    says: {
                        en: string;
                        es: string;
                    };
                    why: string;
                }[];
                outcomes: {
                    outcome: string;
                    runs: number;
                }[];
                replies: number;
                runs: {
                    begun: number;
                    cancelled: number;
                    completed: number;
                    failed: number;
                    goal: number;
                    waiting: number;
                };
                steps: {
                    entered: number;
                    errors: number;
                    nodeId: string;
                    ways: {
                        [key: string]: number;
                    };
                }[];
                tooLate: number;
            };
            until: string;
        };
        User: {
            createdAt: string;
            email: string;
            id: string;
            lastLoginAt: string | null;
            name: string;
            role: "owner" | "admin" | "designer" | "agent" | "viewer";
            status: "active" | "suspended";
        };
        VersionReport: {
            arms: components["schemas"]["ArmReport"][];
            goal: {
                event: string;
                withinMs: number;
            } | null;
            lifts: components["schemas"]["Lift"][];
            spread: {
                chance: number | null;
                says: {
                    en: string;
                    es: string;
                } | null;
                suspicious: boolean;
            } | null;
            version: number;
            winner: components["schemas"]["Winner"] | null;
        };
        Visit: {
            at: string;
            endedAt: string | null;
            error?: string;
            input?: unknown;
            label?: string;
            nodeId: string;
            output?: unknown;
            says?: {
                en: string;
                es: string;
            };
            tries?: number;
            type: string;
            visit: number;
            way?: string;
        };
        Winner: {
            arm: string | null;
            counts: {
                arm: string;
                hits: number;
                people: number;
            }[];
            decidedAt: string | null;
            minimum: number | null;
            promoted: boolean;
            state: "running" | "won" | "undecided" | "ended";
            windowsEndAt: string | null;
        };
    };
    responses: {
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        Problem504: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getApprovals: {
        parameters: {
            query?: {
                cursor?: string;
                flowId?: string;
                limit?: number;
                status?: "pending" | "approved" | "rejected" | "expired" | "withdrawn";
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            askedAt: string;
                            contactId: string | null;
                            decidedAt: string | null;
                            decidedBy: string | null;
                            encounterId: string | null;
                            expiresAt: string | null;
                            flowId: string;
                            id: string;
                            nodeId: string;
                            note: string | null;
                            runId: string;
                            status: "pending" | "approved" | "rejected" | "expired" | "withdrawn";
                            text: string;
                            to: {
                                userId: string;
                            } | {
                                address: string;
                            };
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postApprovalsByIdApprove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    note?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        askedAt: string;
                        contactId: string | null;
                        decidedAt: string | null;
                        decidedBy: string | null;
                        encounterId: string | null;
                        expiresAt: string | null;
                        flowId: string;
                        id: string;
                        nodeId: string;
                        note: string | null;
                        runId: string;
                        status: "pending" | "approved" | "rejected" | "expired" | "withdrawn";
                        text: string;
                        to: {
                            userId: string;
                        } | {
                            address: string;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postApprovalsByIdReject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    note?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        askedAt: string;
                        contactId: string | null;
                        decidedAt: string | null;
                        decidedBy: string | null;
                        encounterId: string | null;
                        expiresAt: string | null;
                        flowId: string;
                        id: string;
                        nodeId: string;
                        note: string | null;
                        runId: string;
                        status: "pending" | "approved" | "rejected" | "expired" | "withdrawn";
                        text: string;
                        to: {
                            userId: string;
                        } | {
                            address: string;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getAudit: {
        parameters: {
            query?: {
                action?: string;
                actor?: string;
                cursor?: string;
                from?: string;
                limit?: number;
                target?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCalendars: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Calendar"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getCalendarsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putCalendarsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    exceptions?: {
                        date: string;
                        name?: string;
                        openings: {
                            from: string;
                            to: string;
                        }[];
                    }[];
                    holidays?: ({
                        date: string;
                        name?: string;
                    } | {
                        from: string;
                        name?: string;
                        to: string;
                    })[];
                    name?: string;
                    timeZone: string;
                    week: {
                        fri?: {
                            from: string;
                            to: string;
                        }[];
                        mon?: {
                            from: string;
                            to: string;
                        }[];
                        sat?: {
                            from: string;
                            to: string;
                        }[];
                        sun?: {
                            from: string;
                            to: string;
                        }[];
                        thu?: {
                            from: string;
                            to: string;
                        }[];
                        tue?: {
                            from: string;
                            to: string;
                        }[];
                        wed?: {
                            from: string;
                            to: string;
                        }[];
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calendar"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteCalendarsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postCalendarsByIdPreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    exceptions?: {
                        date: string;
                        name?: string;
                        openings: {
                            from: string;
                            to: string;
                        }[];
                    }[];
                    holidays?: ({
                        date: string;
                        name?: string;
                    } | {
                        from: string;
                        name?: string;
                        to: string;
                    })[];
                    name?: string;
                    timeZone: string;
                    week: {
                        fri?: {
                            from: string;
                            to: string;
                        }[];
                        mon?: {
                            from: string;
                            to: string;
                        }[];
                        sat?: {
                            from: string;
                            to: string;
                        }[];
                        sun?: {
                            from: string;
                            to: string;
                        }[];
                        thu?: {
                            from: string;
                            to: string;
                        }[];
                        tue?: {
                            from: string;
                            to: string;
                        }[];
                        wed?: {
                            from: string;
                            to: string;
                        }[];
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuePreview"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getColleagues: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Colleague"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getContacts: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Contact"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getContactsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putContactsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    addresses?: {
                        [key: string]: unknown;
                    };
                    attributes?: {
                        [key: string]: unknown;
                    };
                    locale?: string | null;
                    name?: string | null;
                    timeZone?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getContactsByIdRuns: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postContactsBehind: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    subjects: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PersonBehind"][];
                        nextCursor: null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getConversationTexts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            brand?: string;
                            locale: string;
                            on: "warning" | "closing";
                            product?: string;
                            queue?: string;
                            service?: string;
                            text: string;
                        }[];
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putConversationTexts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        brand?: string;
                        locale: string;
                        on: "warning" | "closing";
                        product?: string;
                        queue?: string;
                        service?: string;
                        text: string;
                    }[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            brand?: string;
                            locale: string;
                            on: "warning" | "closing";
                            product?: string;
                            queue?: string;
                            service?: string;
                            text: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postConversationTextsRead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    brand?: string | null;
                    items?: {
                        brand?: string;
                        locale: string;
                        on: "warning" | "closing";
                        product?: string;
                        queue?: string;
                        service?: string;
                        text: string;
                    }[];
                    locale?: string | null;
                    on: "warning" | "closing";
                    product?: string | null;
                    queue?: string | null;
                    service?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        place: {
                            brand: string | null;
                            locale: string | null;
                            product: string | null;
                            queue: string | null;
                            service: string | null;
                        };
                        readings: {
                            from: "queue" | "texts" | "builtIn";
                            item?: number;
                            locale: string;
                            text: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getConversations: {
        parameters: {
            query?: {
                brand?: string;
                channel?: string;
                contactId?: string;
                cursor?: string;
                from?: string;
                handling?: "queued" | "assigned" | "bot" | "snoozed";
                limit?: number;
                q?: string;
                queueId?: string;
                service?: string;
                status?: "open" | "warned" | "closed";
                tag?: string;
                team?: string;
                to?: string;
                user?: string;
                waitsFor?: "us";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Conversation"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getDeliveries: {
        parameters: {
            query?: {
                channel?: string;
                cursor?: string;
                eventId?: string;
                limit?: number;
                since?: string;
                status?: "pending" | "delivered" | "failed" | "cancelled";
                subscription?: string;
                target?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getDeliveriesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: number;
                        cause: string | null;
                        channel: string;
                        createdAt: string;
                        endedAt: string | null;
                        eventId: string | null;
                        eventSubject: string | null;
                        eventType: string | null;
                        history: components["schemas"]["Attempt"][];
                        id: string;
                        lastError: string | null;
                        lastStatus: number | null;
                        nextAttemptAt: string | null;
                        status: "pending" | "delivered" | "failed" | "cancelled";
                        target: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postDeliveriesByIdRetry: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getDeliveriesPaused: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PausedReceiver"][];
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postDeliveriesReplay: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    channel?: string;
                    dryRun?: boolean;
                    exclude?: string[];
                    ids?: string[];
                    since?: string;
                    status?: "failed" | "delivered" | "cancelled";
                    subscription?: string;
                    target?: string;
                    until?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                        remaining: number;
                        replayed: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEncounters: {
        parameters: {
            query?: {
                contactId?: string;
                cursor?: string;
                limit?: number;
                queueId?: string;
                status?: "open" | "warned" | "closed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Encounter"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncounters: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    channel: string;
                    contactId: string;
                    id?: string;
                    queueId: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEncountersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdAssign: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    from?: string | null;
                    team?: string | null;
                    user?: string | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdBot: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdClose: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message?: string;
                    reason: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdExtend: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    minutes: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdLink: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    expiresInS?: number;
                    oneUse?: boolean;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string;
                        url: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEncountersByIdMessages: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                order?: "oldest" | "newest";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Message"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdMessages: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    from: "patient" | "agent" | "bot" | "system";
                    text: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdReturn: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEncountersByIdRuns: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdSnooze: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    until: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdTransfer: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    queueId: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEncountersByIdVisit: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    how: "widget" | "link";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Encounter"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEventTypes: {
        parameters: {
            query?: {
                cursor?: string;
                deprecated?: boolean;
                family?: string;
                limit?: number;
                pattern?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            builtIn: boolean;
                            deprecated: {
                                at: string;
                                reason?: string;
                                replacedBy?: string;
                            } | null;
                            description: string;
                            family: string;
                            latest: string;
                            name: string;
                            owner: string | null;
                            warnings: {
                                message: string;
                                path: string;
                            }[];
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEventTypes: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    description?: string;
                    examples?: unknown[];
                    family?: string;
                    name: string;
                    owner?: string;
                    schema: unknown;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        version: string;
                        warnings: {
                            message: string;
                            path: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEventTypesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        builtIn: boolean;
                        deprecated: {
                            at: string;
                            reason?: string;
                            replacedBy?: string;
                        } | null;
                        description: string;
                        family: string;
                        latest: string;
                        name: string;
                        owner: string | null;
                        versions: {
                            createdAt: string | null;
                            examples: unknown[];
                            schema: unknown;
                            version: string;
                        }[];
                        warnings: {
                            message: string;
                            path: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    patchEventTypesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    deprecated?: {
                        reason?: string;
                        replacedBy?: string;
                    } | null;
                    description?: string;
                    family?: string;
                    owner?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        builtIn: boolean;
                        deprecated: {
                            at: string;
                            reason?: string;
                            replacedBy?: string;
                        } | null;
                        description: string;
                        family: string;
                        name: string;
                        owner: string | null;
                        warnings: {
                            message: string;
                            path: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEventTypesByNameVersions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    examples?: unknown[];
                    major?: number;
                    schema: unknown;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        version: string;
                        warnings: {
                            message: string;
                            path: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEvents: {
        parameters: {
            query?: {
                conversation?: string;
                cursor?: string;
                from?: string;
                limit?: number;
                subject?: string;
                to?: string;
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": unknown;
                "application/cloudevents-batch+json": components["schemas"]["CloudEvent"][];
                "application/cloudevents+json": components["schemas"]["CloudEvent"];
                "application/json": components["schemas"]["FlatEvent"] | components["schemas"]["EnterpriseEvent"] | components["schemas"]["CloudEvent"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventTaken"] | components["schemas"]["BatchTaken"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getEventsById: {
        parameters: {
            query?: {
                source?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventWithConsequences"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Flag"][];
                        nextCursor: string | null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlagsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flag"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putFlagsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    value: boolean | string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flag"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteFlagsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowSamples: {
        parameters: {
            query?: {
                locale?: "es" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FlowSample"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlows: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                q?: string;
                status?: "draft" | "published" | "stopped";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Flow"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlows: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        published: null;
                        status: "draft";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        canary: {
                            percent: number;
                            version: number;
                        } | null;
                        createdAt: string;
                        draft: components["schemas"]["Graph"] | null;
                        id: string;
                        lastRunAt: string | null;
                        latestVersion: number | null;
                        name: string;
                        nextScheduledAt: string | null;
                        published: number | null;
                        revision: number;
                        runs: {
                            cancelled: number;
                            completed: number;
                            failed: number;
                            waiting: number;
                        };
                        status: "draft" | "published" | "stopped";
                        unable: string[];
                        updatedAt: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteFlowsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    patchFlowsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                        revision: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdCanary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Canary"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putFlowsByIdCanary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    percent: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Canary"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdCanaryPromote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    map?: {
                        [key: string]: string | null;
                    };
                    perMinute?: number;
                    runs?: "stay" | "move" | "stop";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        move: components["schemas"]["Move"];
                        version: number;
                        warnings: components["schemas"]["GraphFault"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdCanaryStop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Canary"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdCases: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FlowCase"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdCasesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowCase"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putFlowsByIdCasesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    calendars?: {
                        [key: string]: {
                            exceptions?: {
                                date: string;
                                name?: string;
                                openings: {
                                    from: string;
                                    to: string;
                                }[];
                            }[];
                            holidays?: ({
                                date: string;
                                name?: string;
                            } | {
                                from: string;
                                name?: string;
                                to: string;
                            })[];
                            name?: string;
                            timeZone: string;
                            week: {
                                fri?: {
                                    from: string;
                                    to: string;
                                }[];
                                mon?: {
                                    from: string;
                                    to: string;
                                }[];
                                sat?: {
                                    from: string;
                                    to: string;
                                }[];
                                sun?: {
                                    from: string;
                                    to: string;
                                }[];
                                thu?: {
                                    from: string;
                                    to: string;
                                }[];
                                tue?: {
                                    from: string;
                                    to: string;
                                }[];
                                wed?: {
                                    from: string;
                                    to: string;
                                }[];
                            };
                        };
                    };
                    contact?: {
                        [key: string]: unknown;
                    };
                    description?: string;
                    encounter?: {
                        [key: string]: unknown;
                    };
                    event: {
                        [key: string]: unknown;
                    };
                    expect: {
                        messages?: {
                            after?: string;
                            channel?: string;
                            contains?: string;
                            node?: string;
                            template?: string;
                            text?: string;
                            title?: string;
                        }[];
                        outcome?: string;
                        status?: "waiting" | "completed" | "failed" | "cancelled" | "not started";
                        steps?: string[];
                        vars?: {
                            [key: string]: unknown;
                        };
                    };
                    later?: ({
                        after: string;
                        event: {
                            [key: string]: unknown;
                        };
                    } | {
                        after: string;
                        reply: string;
                    })[];
                    outcomes?: {
                        [key: string]: {
                            after?: string;
                            cause?: string;
                            value?: unknown;
                            way: string;
                        }[];
                    };
                    queue?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        calendars?: {
                            [key: string]: {
                                exceptions?: {
                                    date: string;
                                    name?: string;
                                    openings: {
                                        from: string;
                                        to: string;
                                    }[];
                                }[];
                                holidays?: ({
                                    date: string;
                                    name?: string;
                                } | {
                                    from: string;
                                    name?: string;
                                    to: string;
                                })[];
                                name?: string;
                                timeZone: string;
                                week: {
                                    fri?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    mon?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    sat?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    sun?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    thu?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    tue?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    wed?: {
                                        from: string;
                                        to: string;
                                    }[];
                                };
                            };
                        };
                        contact?: {
                            [key: string]: unknown;
                        };
                        description?: string;
                        encounter?: {
                            [key: string]: unknown;
                        };
                        event: {
                            [key: string]: unknown;
                        };
                        expect: {
                            messages?: {
                                after?: string;
                                channel?: string;
                                contains?: string;
                                node?: string;
                                template?: string;
                                text?: string;
                                title?: string;
                            }[];
                            outcome?: string;
                            status?: "waiting" | "completed" | "failed" | "cancelled" | "not started";
                            steps?: string[];
                            vars?: {
                                [key: string]: unknown;
                            };
                        };
                        later?: ({
                            after: string;
                            event: {
                                [key: string]: unknown;
                            };
                        } | {
                            after: string;
                            reply: string;
                        })[];
                        name: string;
                        outcomes?: {
                            [key: string]: {
                                after?: string;
                                cause?: string;
                                value?: unknown;
                                way: string;
                            }[];
                        };
                        queue?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteFlowsByIdCasesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdCasesRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    case?: {
                        calendars?: {
                            [key: string]: {
                                exceptions?: {
                                    date: string;
                                    name?: string;
                                    openings: {
                                        from: string;
                                        to: string;
                                    }[];
                                }[];
                                holidays?: ({
                                    date: string;
                                    name?: string;
                                } | {
                                    from: string;
                                    name?: string;
                                    to: string;
                                })[];
                                name?: string;
                                timeZone: string;
                                week: {
                                    fri?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    mon?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    sat?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    sun?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    thu?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    tue?: {
                                        from: string;
                                        to: string;
                                    }[];
                                    wed?: {
                                        from: string;
                                        to: string;
                                    }[];
                                };
                            };
                        };
                        contact?: {
                            [key: string]: unknown;
                        };
                        description?: string;
                        encounter?: {
                            [key: string]: unknown;
                        };
                        event: {
                            [key: string]: unknown;
                        };
                        expect: {
                            messages?: {
                                after?: string;
                                channel?: string;
                                contains?: string;
                                node?: string;
                                template?: string;
                                text?: string;
                                title?: string;
                            }[];
                            outcome?: string;
                            status?: "waiting" | "completed" | "failed" | "cancelled" | "not started";
                            steps?: string[];
                            vars?: {
                                [key: string]: unknown;
                            };
                        };
                        later?: ({
                            after: string;
                            event: {
                                [key: string]: unknown;
                            };
                        } | {
                            after: string;
                            reply: string;
                        })[];
                        name: string;
                        outcomes?: {
                            [key: string]: {
                                after?: string;
                                cause?: string;
                                value?: unknown;
                                way: string;
                            }[];
                        };
                        queue?: {
                            [key: string]: unknown;
                        };
                    };
                    version?: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        failed: number;
                        passed: number;
                        results: components["schemas"]["CaseVerdict"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdCheck: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Graph"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        faults: components["schemas"]["GraphFault"][];
                        warnings: components["schemas"]["GraphFault"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdDifference: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changes: components["schemas"]["GraphChange"][];
                        counts: {
                            [key: string]: number;
                        };
                        from: ({
                            canary: {
                                ended: number;
                                endedAt: string | null;
                                endedBy: string | null;
                                failed: number;
                                percent: number;
                                state: "running" | "promoted" | "returned" | "stopped";
                                threshold: number;
                            } | null;
                            fromVersion: number | null;
                            note: string | null;
                            publishedAt: string;
                            publishedBy: string;
                            undone: boolean;
                            version: number;
                        } | {
                            draft: true;
                            revision: number;
                            savedAt: string | null;
                            savedBy: string | null;
                        }) | null;
                        to: {
                            canary: {
                                ended: number;
                                endedAt: string | null;
                                endedBy: string | null;
                                failed: number;
                                percent: number;
                                state: "running" | "promoted" | "returned" | "stopped";
                                threshold: number;
                            } | null;
                            fromVersion: number | null;
                            note: string | null;
                            publishedAt: string;
                            publishedBy: string;
                            undone: boolean;
                            version: number;
                        } | {
                            draft: true;
                            revision: number;
                            savedAt: string | null;
                            savedBy: string | null;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putFlowsByIdDraft: {
        parameters: {
            query?: {
                revision?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Graph"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        faults: components["schemas"]["GraphFault"][];
                        id: string;
                        revision: number;
                        warnings: components["schemas"]["GraphFault"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteFlowsByIdDraft: {
        parameters: {
            query?: {
                revision?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        draft: components["schemas"]["Graph"] | null;
                        id: string;
                        revision: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdEntries: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FlowEntry"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdExport: {
        parameters: {
            query?: {
                version?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowFile"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdPublish: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    canary?: {
                        minimumRuns?: number;
                        percent: number;
                        threshold?: number;
                    };
                    force?: boolean;
                    fromVersion?: number;
                    map?: {
                        [key: string]: string | null;
                    };
                    note?: string;
                    perMinute?: number;
                    revision?: number;
                    runs?: "stay" | "move" | "stop";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        move?: components["schemas"]["Move"];
                        version: number;
                        warnings: components["schemas"]["GraphFault"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdPublishPreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    fromVersion?: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cases: {
                            red: {
                                misses: components["schemas"]["CaseMiss"][];
                                name: string;
                            }[];
                            total: number;
                        };
                        difference: {
                            changes: components["schemas"]["GraphChange"][];
                            counts: {
                                [key: string]: number;
                            };
                        };
                        needsMap: string[];
                        published: number | null;
                        revision: number;
                        runs: {
                            standing: {
                                fate: "same" | "changed" | "replaced" | "removed";
                                nodeId: string;
                                runs: number;
                                says: {
                                    en: string;
                                    es: string;
                                };
                                stays: {
                                    runs: number;
                                    says: {
                                        en: string;
                                        es: string;
                                    };
                                }[];
                                type: string;
                                version: number;
                            }[];
                            total: number;
                        };
                        warnings: components["schemas"]["GraphFault"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdPublishUndo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Move"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    dryRun?: boolean;
                    examples?: number;
                    from: string;
                    to: string;
                    version?: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdReport: {
        parameters: {
            query?: {
                from?: string;
                node?: string;
                to?: string;
                version?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdReportPeople: {
        parameters: {
            query: {
                arm?: string;
                cursor?: string;
                from?: string;
                limit?: number;
                node?: string;
                observed?: boolean;
                stage?: "entered" | "sent" | "delivered" | "followed" | "recovered" | "closed";
                to?: string;
                version: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["CountedPerson"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdRuns: {
        parameters: {
            query?: {
                cursor?: string;
                from?: string;
                limit?: number;
                nodeId?: string;
                outcome?: string;
                q?: string;
                status?: "waiting" | "completed" | "failed" | "cancelled";
                subject?: string;
                to?: string;
                version?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdRuns: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    input?: {
                        [key: string]: unknown;
                    };
                    subject?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        eventId: string;
                        id: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdRunsBulk: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    action: "cancel" | "retry" | "replay";
                    dryRun?: boolean;
                    exclude?: string[];
                    filter?: {
                        cause?: string;
                        key?: string;
                        nodeId?: string;
                        outcome?: string;
                        q?: string;
                        since?: string;
                        status?: "waiting" | "completed" | "failed" | "cancelled";
                        until?: string;
                        version?: number;
                    };
                    perSecond?: number;
                    reason?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        complete: boolean;
                        count: number;
                        id: string | null;
                        refused: {
                            count: number;
                            messages?: {
                                en: string;
                                es: string;
                            };
                            why: string;
                        }[];
                        runs: {
                            id: string;
                            key: string | null;
                            person: {
                                id: string;
                                name: string | null;
                            } | null;
                            startedAt: string;
                            status: "waiting" | "completed" | "failed" | "cancelled";
                            subject: string;
                            version: number;
                        }[];
                        started: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdRunsBulkByBulkId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulkId: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowBulk"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdSimulate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    contact?: {
                        [key: string]: unknown;
                    };
                    encounter?: {
                        [key: string]: unknown;
                    };
                    event: {
                        [key: string]: unknown;
                    };
                    laterEvents?: {
                        [key: string]: unknown;
                    }[];
                    outcomes?: {
                        [key: string]: {
                            after?: string;
                            cause?: string;
                            value?: unknown;
                            way: string;
                        }[];
                    };
                    queue?: {
                        [key: string]: unknown;
                    };
                    useDraft?: boolean;
                    version?: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Simulation"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdSimulatePeople: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    event?: {
                        [key: string]: unknown;
                    };
                    examples?: number;
                    lasts?: string;
                    outcomes?: {
                        [key: string]: {
                            after?: string;
                            cause?: string;
                            value?: unknown;
                            way: string;
                        }[];
                    };
                    over?: string;
                    people: {
                        invented: {
                            contact?: {
                                [key: string]: unknown;
                            };
                            count: number;
                        };
                    } | {
                        contacts: {
                            attributes?: {
                                [key: string]: unknown;
                            };
                            ids?: string[];
                            limit?: number;
                            locale?: string;
                        };
                    } | {
                        described: {
                            after?: string;
                            contact?: {
                                [key: string]: unknown;
                            };
                            id?: string;
                            script?: ({
                                after: string;
                                reply: string;
                            } | {
                                after: string;
                                event: {
                                    [key: string]: unknown;
                                };
                            })[];
                        }[];
                    };
                    queueId?: string;
                    replies?: {
                        byChannel?: {
                            [key: string]: number;
                        };
                        chance: number;
                        median: string;
                        spread?: number;
                        text?: string;
                    };
                    script?: ({
                        after: string;
                        reply: string;
                    } | {
                        after: string;
                        event: {
                            [key: string]: unknown;
                        };
                    })[];
                    seed?: number;
                    startAt?: string;
                    version?: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trial"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdStanding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        complete: boolean;
                        items: {
                            nodeId: string;
                            runs: number;
                            version: number;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsByIdUnpublish: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        published: null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdVersions: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FlowVersion"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdVersionsByVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        canary: {
                            ended: number;
                            endedAt: string | null;
                            endedBy: string | null;
                            failed: number;
                            percent: number;
                            state: "running" | "promoted" | "returned" | "stopped";
                            threshold: number;
                        } | null;
                        fromVersion: number | null;
                        graph: components["schemas"]["Graph"];
                        note: string | null;
                        publishedAt: string;
                        publishedBy: string;
                        undone: boolean;
                        version: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getFlowsByIdVersionsByVersionMove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Move"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postFlowsImport: {
        parameters: {
            query?: {
                format?: "cauce" | "n8n" | "typebot" | "novu";
            };
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowFile"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changed: boolean;
                        created: boolean;
                        difference: {
                            changes: components["schemas"]["GraphChange"][];
                            counts: {
                                [key: string]: number;
                            };
                        } | null;
                        faults: components["schemas"]["GraphFault"][];
                        id: string;
                        name: string;
                        notes: {
                            nodeId: string | null;
                            says: {
                                en: string;
                                es: string;
                            };
                        }[];
                        revision: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getInboundEndpoints: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            createdAt: string;
                            enabled: boolean;
                            event?: {
                                conversation?: string;
                                data?: string;
                                id?: string;
                                subject?: string;
                                time?: string;
                                type?: string;
                                typeFrom?: string;
                            };
                            headers?: string[];
                            id: string;
                            name: string;
                            networks?: string[];
                            secret?: string;
                            updatedAt: string;
                            url?: string;
                            verification: {
                                kind: "standard-webhooks";
                            } | {
                                algorithm?: "sha256" | "sha512" | "sha1";
                                content?: string;
                                encoding?: "hex" | "base64";
                                header: string;
                                idHeader?: string;
                                kind: "hmac";
                                prefix?: string;
                                timestamp?: {
                                    header: string;
                                    toleranceS?: number;
                                };
                            } | {
                                header?: string;
                                idHeader?: string;
                                kind: "token";
                                prefix?: string;
                            } | {
                                idHeader?: string;
                                kind: "secret-path";
                            };
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postInboundEndpoints: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    event?: {
                        conversation?: string;
                        data?: string;
                        id?: string;
                        subject?: string;
                        time?: string;
                        type?: string;
                        typeFrom?: string;
                    };
                    headers?: string[];
                    name: string;
                    networks?: string[];
                    secret?: string;
                    verification: {
                        kind: "standard-webhooks";
                    } | {
                        algorithm?: "sha256" | "sha512" | "sha1";
                        content?: string;
                        encoding?: "hex" | "base64";
                        header: string;
                        idHeader?: string;
                        kind: "hmac";
                        prefix?: string;
                        timestamp?: {
                            header: string;
                            toleranceS?: number;
                        };
                    } | {
                        header?: string;
                        idHeader?: string;
                        kind: "token";
                        prefix?: string;
                    } | {
                        idHeader?: string;
                        kind: "secret-path";
                    };
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        enabled: boolean;
                        event?: {
                            conversation?: string;
                            data?: string;
                            id?: string;
                            subject?: string;
                            time?: string;
                            type?: string;
                            typeFrom?: string;
                        };
                        headers?: string[];
                        id: string;
                        name: string;
                        networks?: string[];
                        secret?: string;
                        updatedAt: string;
                        url?: string;
                        verification: {
                            kind: "standard-webhooks";
                        } | {
                            algorithm?: "sha256" | "sha512" | "sha1";
                            content?: string;
                            encoding?: "hex" | "base64";
                            header: string;
                            idHeader?: string;
                            kind: "hmac";
                            prefix?: string;
                            timestamp?: {
                                header: string;
                                toleranceS?: number;
                            };
                        } | {
                            header?: string;
                            idHeader?: string;
                            kind: "token";
                            prefix?: string;
                        } | {
                            idHeader?: string;
                            kind: "secret-path";
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getInboundEndpointsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        enabled: boolean;
                        event?: {
                            conversation?: string;
                            data?: string;
                            id?: string;
                            subject?: string;
                            time?: string;
                            type?: string;
                            typeFrom?: string;
                        };
                        headers?: string[];
                        id: string;
                        name: string;
                        networks?: string[];
                        secret?: string;
                        updatedAt: string;
                        url?: string;
                        verification: {
                            kind: "standard-webhooks";
                        } | {
                            algorithm?: "sha256" | "sha512" | "sha1";
                            content?: string;
                            encoding?: "hex" | "base64";
                            header: string;
                            idHeader?: string;
                            kind: "hmac";
                            prefix?: string;
                            timestamp?: {
                                header: string;
                                toleranceS?: number;
                            };
                        } | {
                            header?: string;
                            idHeader?: string;
                            kind: "token";
                            prefix?: string;
                        } | {
                            idHeader?: string;
                            kind: "secret-path";
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putInboundEndpointsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    event?: {
                        conversation?: string;
                        data?: string;
                        id?: string;
                        subject?: string;
                        time?: string;
                        type?: string;
                        typeFrom?: string;
                    };
                    headers?: string[];
                    name: string;
                    networks?: string[];
                    verification: {
                        kind: "standard-webhooks";
                    } | {
                        algorithm?: "sha256" | "sha512" | "sha1";
                        content?: string;
                        encoding?: "hex" | "base64";
                        header: string;
                        idHeader?: string;
                        kind: "hmac";
                        prefix?: string;
                        timestamp?: {
                            header: string;
                            toleranceS?: number;
                        };
                    } | {
                        header?: string;
                        idHeader?: string;
                        kind: "token";
                        prefix?: string;
                    } | {
                        idHeader?: string;
                        kind: "secret-path";
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        enabled: boolean;
                        event?: {
                            conversation?: string;
                            data?: string;
                            id?: string;
                            subject?: string;
                            time?: string;
                            type?: string;
                            typeFrom?: string;
                        };
                        headers?: string[];
                        id: string;
                        name: string;
                        networks?: string[];
                        secret?: string;
                        updatedAt: string;
                        url?: string;
                        verification: {
                            kind: "standard-webhooks";
                        } | {
                            algorithm?: "sha256" | "sha512" | "sha1";
                            content?: string;
                            encoding?: "hex" | "base64";
                            header: string;
                            idHeader?: string;
                            kind: "hmac";
                            prefix?: string;
                            timestamp?: {
                                header: string;
                                toleranceS?: number;
                            };
                        } | {
                            header?: string;
                            idHeader?: string;
                            kind: "token";
                            prefix?: string;
                        } | {
                            idHeader?: string;
                            kind: "secret-path";
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteInboundEndpointsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getInboundEndpointsByIdReceipts: {
        parameters: {
            query?: {
                code?: string;
                cursor?: string;
                limit?: number;
                since?: string;
                status?: "received" | "taken" | "refused";
                until?: string;
                verified?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            code?: string;
                            contentType?: string;
                            eventId?: string;
                            events?: number;
                            eventType?: string;
                            headers: {
                                [key: string]: string;
                            };
                            id: string;
                            lastAt: string;
                            messageId?: string;
                            reason?: string;
                            receivedAt: string;
                            says?: {
                                en: string;
                                es: string;
                            };
                            size: number;
                            status: "received" | "taken" | "refused";
                            times: number;
                            verified: boolean;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getInboundEndpointsByIdReceiptsByReceiptId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                receiptId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        body?: string;
                        bodyBase64?: string;
                        code?: string;
                        complete: boolean;
                        contentType?: string;
                        eventId?: string;
                        events?: number;
                        eventType?: string;
                        headers: {
                            [key: string]: string;
                        };
                        id: string;
                        lastAt: string;
                        messageId?: string;
                        reason?: string;
                        receivedAt: string;
                        says?: {
                            en: string;
                            es: string;
                        };
                        size: number;
                        status: "received" | "taken" | "refused";
                        times: number;
                        verified: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postInboundEndpointsByIdReceiptsByReceiptIdRefeed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                receiptId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        duplicate: boolean;
                        events: {
                            duplicate?: boolean;
                            eventId: string;
                            routingKey: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postInboundEndpointsByIdRefeed: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    code?: string;
                    dryRun?: boolean;
                    exclude?: string[];
                    perSecond?: number;
                    since?: string;
                    status?: "received" | "taken" | "refused";
                    until?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        complete: boolean;
                        count: number;
                        receipts: {
                            code?: string;
                            contentType?: string;
                            eventId?: string;
                            events?: number;
                            eventType?: string;
                            headers: {
                                [key: string]: string;
                            };
                            id: string;
                            lastAt: string;
                            messageId?: string;
                            reason?: string;
                            receivedAt: string;
                            says?: {
                                en: string;
                                es: string;
                            };
                            size: number;
                            status: "received" | "taken" | "refused";
                            times: number;
                            verified: boolean;
                        }[];
                        started: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postInboundEndpointsByIdRotateSecret: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    overlapHours?: number;
                    secret?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        previousValidUntil: string;
                        secret?: string;
                        url?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postInboundEndpointsByIdTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    event?: {
                        conversation?: string;
                        data?: string;
                        id?: string;
                        subject?: string;
                        time?: string;
                        type?: string;
                        typeFrom?: string;
                    };
                    message: {
                        body: unknown;
                        contentType?: string;
                        headers?: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: unknown[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postInertPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    html: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getKeys: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postKeys: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    expiresAt?: string;
                    name: string;
                    scopes: ("events:read" | "subscriptions:read" | "inbound:read" | "deliveries:read" | "conversations:read" | "queues:read" | "flows:read" | "templates:read" | "notifications:read" | "timers:read" | "mqtt:read" | "conversations:write" | "notifications:write" | "flows:run" | "approvals:read" | "approvals:decide" | "events:write" | "catalogue:write" | "subscriptions:write" | "inbound:write" | "deliveries:write" | "queues:write" | "flows:write" | "templates:write" | "timers:write" | "mqtt:write" | "secrets:read" | "secrets:write" | "backoffice:read" | "backoffice:write" | "users:read" | "users:write" | "keys:read" | "keys:write" | "sources:read" | "sources:write" | "flags:read" | "flags:write" | "audit:read" | "metrics:read" | "tenants:read" | "tenants:write")[];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string | null;
                        id: string;
                        key: string;
                        name: string;
                        role: "owner" | "admin" | "designer" | "agent" | "viewer";
                        scopes: ("events:read" | "subscriptions:read" | "inbound:read" | "deliveries:read" | "conversations:read" | "queues:read" | "flows:read" | "templates:read" | "notifications:read" | "timers:read" | "mqtt:read" | "conversations:write" | "notifications:write" | "flows:run" | "approvals:read" | "approvals:decide" | "events:write" | "catalogue:write" | "subscriptions:write" | "inbound:write" | "deliveries:write" | "queues:write" | "flows:write" | "templates:write" | "timers:write" | "mqtt:write" | "secrets:read" | "secrets:write" | "backoffice:read" | "backoffice:write" | "users:read" | "users:write" | "keys:read" | "keys:write" | "sources:read" | "sources:write" | "flags:read" | "flags:write" | "audit:read" | "metrics:read" | "tenants:read" | "tenants:write")[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteKeysById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                    tenant?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string;
                        token: string;
                        tokenType: "Bearer";
                        user: {
                            email: string;
                            id: string;
                            name: string;
                            role: string;
                            tenant: string;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postLogout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        actor: string;
                        clock: {
                            now: string;
                            scale: number;
                        };
                        permissions: string[];
                        setUp: boolean;
                        tenant: string;
                        tenantName: string;
                        user: components["schemas"]["User"] | null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postMePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    currentPassword: string;
                    newPassword: string;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getMqttRefused: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RefusedMqttMessage"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteMqttRefusedById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postMqttRefusedByIdRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postMqttRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    data?: unknown;
                    timeout?: string;
                    topic: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        correlationId: string;
                        data: unknown;
                        dataBase64: string | null;
                        error: unknown;
                        ok: boolean;
                        tookMs: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    getMqttRules: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["MqttRule"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postMqttRules: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    event?: {
                        data?: string;
                        id?: string;
                        subject?: string;
                        type: string;
                    };
                    id?: string;
                    name: string;
                    reply?: string;
                    republish?: {
                        payload?: string;
                        retain?: boolean;
                        topic: string;
                    };
                    topic: string;
                    where?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MqttRule"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getMqttRulesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MqttRule"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putMqttRulesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled?: boolean;
                    event?: {
                        data?: string;
                        id?: string;
                        subject?: string;
                        type: string;
                    };
                    name: string;
                    reply?: string;
                    republish?: {
                        payload?: string;
                        retain?: boolean;
                        topic: string;
                    };
                    topic: string;
                    where?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MqttRule"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteMqttRulesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postMqttRulesByIdTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    payload?: unknown;
                    properties?: {
                        [key: string]: string;
                    };
                    responseTopic?: string;
                    topic: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event: unknown;
                        matches: {
                            topic: boolean;
                            where: boolean;
                        };
                        reply: unknown;
                        republish: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postMqttRulesTest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    message: {
                        payload?: unknown;
                        properties?: {
                            [key: string]: string;
                        };
                        responseTopic?: string;
                        topic: string;
                    };
                    rule: {
                        enabled?: boolean;
                        event?: {
                            data?: string;
                            id?: string;
                            subject?: string;
                            type: string;
                        };
                        name: string;
                        reply?: string;
                        republish?: {
                            payload?: string;
                            retain?: boolean;
                            topic: string;
                        };
                        topic: string;
                        where?: string;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        event: unknown;
                        matches: {
                            topic: boolean;
                            where: boolean;
                        };
                        reply: unknown;
                        republish: unknown;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getNotifications: {
        parameters: {
            query?: {
                category?: string;
                channel?: "inbox" | "push" | "email";
                contactId?: string;
                conversation?: string;
                cursor?: string;
                from?: string;
                limit?: number;
                status?: "held" | "queued" | "sent" | "failed" | "suppressed" | "cancelled";
                template?: string;
                to?: string;
                userId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Notification"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postNotifications: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    category?: string;
                    channels: ("inbox" | "push" | "email")[];
                    content?: {
                        body: string;
                        format?: "plain" | "liquid";
                        title?: string;
                    };
                    critical?: boolean;
                    data?: {
                        [key: string]: unknown;
                    };
                    dedupeKey?: string;
                    deepLink?: {
                        encounterId: string;
                    } | string;
                    sendAt?: string;
                    template?: string;
                    to: string | {
                        contactId: string;
                    } | {
                        userId: string;
                    } | {
                        address: string;
                    };
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        duplicate?: true;
                        notificationId: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getNotificationsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationWithStates"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postNotificationsByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        status: "held" | "queued" | "sent" | "failed" | "suppressed" | "cancelled";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postPush: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    data?: {
                        [key: string]: unknown;
                    };
                    deepLink?: {
                        encounterId: string;
                    } | string;
                    format?: "plain" | "liquid";
                    title?: string;
                    to: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        duplicate?: true;
                        notificationId: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getQueues: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Queue"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getQueuesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putQueuesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    brand?: string | null;
                    calendarId?: string | null;
                    close_inactive_encounters?: boolean;
                    continuity?: boolean;
                    continuity_extension_time?: number | null;
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                    name?: string | null;
                    product?: string | null;
                    reopen_closed_encounters?: boolean;
                    service?: string | null;
                    thresholds?: {
                        agentSpokeLast?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        botSpokeLast?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        neverWrote?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        personSpokeLast?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        returned?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        snoozed?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        transferred?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        withBot?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                    };
                    warningTexts?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postQueuesByIdPreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    brand?: string | null;
                    calendarId?: string | null;
                    close_inactive_encounters?: boolean;
                    continuity?: boolean;
                    continuity_extension_time?: number | null;
                    max_inactive_patient_time?: number | null;
                    max_inactive_patient_warning_time?: number | null;
                    name?: string | null;
                    product?: string | null;
                    reopen_closed_encounters?: boolean;
                    service?: string | null;
                    thresholds?: {
                        agentSpokeLast?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        botSpokeLast?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        neverWrote?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        personSpokeLast?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        returned?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        snoozed?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        transferred?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                        withBot?: {
                            max_inactive_patient_time?: number | null;
                            max_inactive_patient_warning_time?: number | null;
                        };
                    };
                    warningTexts?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueuePreview"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getReportsFunnel: {
        parameters: {
            query?: {
                brand?: string;
                by?: "queue" | "brand" | "service" | "channel" | "flow" | "day";
                channel?: string;
                flow?: string;
                from?: string;
                queue?: string;
                service?: string;
                to?: string;
                version?: number;
                without?: "queue" | "brand" | "service" | "channel" | "flow";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FunnelReport"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getReportsSilences: {
        parameters: {
            query?: {
                brand?: string;
                channel?: string;
                cursor?: string;
                flow?: string;
                from?: string;
                limit?: number;
                queue?: string;
                service?: string;
                stage?: "warned" | "delivered" | "followed" | "recovered" | "closed";
                to?: string;
                version?: number;
                without?: "queue" | "brand" | "service" | "channel" | "flow";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Silence"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getRunsById: {
        parameters: {
            query?: {
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunWithTimeline"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postRunsByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        status: "waiting" | "completed" | "failed" | "cancelled";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postRunsByIdFork: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    data?: unknown;
                    nodeId: string;
                    vars?: {
                        [key: string]: unknown;
                    };
                    version?: number;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        status: "waiting" | "completed" | "failed" | "cancelled";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postRunsByIdReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    version?: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        differences: components["schemas"]["CourseDifference"][];
                        draft: components["schemas"]["Course"] | null;
                        real: components["schemas"]["Course"];
                        same: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postRunsByIdRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        status: "waiting" | "completed" | "failed" | "cancelled";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSecrets: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Secret"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSecretsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putSecretsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    value: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteSecretsByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSendingRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendingRules"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putSendingRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    caps: {
                        action: "hold" | "drop";
                        categories?: string[];
                        channels?: ("inbox" | "push" | "email")[];
                        exceptCategories?: string[];
                        first?: string[];
                        most: number;
                        name: string;
                        per: string;
                    }[];
                    quietHours: {
                        action: "hold" | "drop";
                        categories?: string[];
                        channels?: ("inbox" | "push" | "email")[];
                        days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                        exceptCategories?: string[];
                        from: string;
                        name: string;
                        to: string;
                    }[];
                    timeZone: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SendingRules"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    password: string;
                    tenant?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string;
                        user: {
                            email: string;
                            id: string;
                            name: string;
                            role: string;
                            tenant: string;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSetUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    currentPassword?: string;
                    name: string;
                    newPassword?: string;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Setting"][];
                        nextCursor: null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SourcePair"][];
                        nextCursor: string | null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSourcesByPair: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourcePair"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putSourcesByPair: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    namespace?: string;
                    systems: {
                        knownBy: {
                            brokerUsers?: string[];
                            headers?: {
                                [key: string]: string;
                            };
                            keys?: string[];
                            sources?: string[];
                        };
                        name: string;
                        role: "leader" | "follower";
                    }[];
                    window?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourcePair"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteSourcesByPair: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSourcesByPairComparison: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                pair: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceComparison"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSourcesByPairHeld: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                system?: string;
                unpublished?: boolean;
            };
            header?: never;
            path: {
                pair: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            event: unknown;
                            id: string;
                            publishedAt: string | null;
                            seenAt: string;
                            subject: string;
                            system: string;
                            type: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSourcesByPairSwitch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pair: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    preview?: boolean;
                    to: string;
                    window?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        done?: boolean;
                        examples?: {
                            event: unknown;
                            id: string;
                            publishedAt: string | null;
                            seenAt: string;
                            subject: string;
                            system: string;
                            type: string;
                        }[];
                        from: string;
                        preview: boolean;
                        published?: number;
                        to: string;
                        wouldPublish?: {
                            count: number;
                            newest: string | null;
                            oldest: string | null;
                        };
                        wouldStayHeld?: {
                            count: number;
                            newest: string | null;
                            oldest: string | null;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSubscriptions: {
        parameters: {
            query?: {
                health?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListedSubscription"][];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSubscriptions: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    destination?: {
                        exchange: string;
                        kind: "rabbitmq";
                        routingKey?: string;
                    } | {
                        kind: "kafka";
                        topic: string;
                    } | {
                        kind: "mqtt";
                        retain?: boolean;
                        topic: string;
                    };
                    format?: "as-received" | "cloudevents" | "cloudevents-binary" | "cloudevents-batch";
                    retryDelays?: string[];
                    routingKeyPattern: string;
                    signature?: "v1" | "v1a";
                    webhookUrl?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        destination?: {
                            exchange: string;
                            kind: "rabbitmq";
                            routingKey?: string;
                        } | {
                            kind: "kafka";
                            topic: string;
                        } | {
                            kind: "mqtt";
                            retain?: boolean;
                            topic: string;
                        };
                        format?: "as-received" | "cloudevents" | "cloudevents-binary" | "cloudevents-batch";
                        id: string;
                        previousValidUntil?: string;
                        publicKeys?: {
                            publicKey: string;
                            validUntil?: string;
                        }[];
                        retryDelays?: string[];
                        routingKeyPattern: string;
                        secret?: string;
                        signature?: "v1" | "v1a";
                        status: "ACTIVE" | "DISABLED";
                        statusReason?: string;
                        webhookUrl?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSubscriptionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        destination?: {
                            exchange: string;
                            kind: "rabbitmq";
                            routingKey?: string;
                        } | {
                            kind: "kafka";
                            topic: string;
                        } | {
                            kind: "mqtt";
                            retain?: boolean;
                            topic: string;
                        };
                        format?: "as-received" | "cloudevents" | "cloudevents-binary" | "cloudevents-batch";
                        health: {
                            breaker: {
                                since: string | null;
                                state: "closed" | "open" | "half-open";
                                until: string | null;
                            };
                            disablesAt: string | null;
                            failingSince: string | null;
                            lastError: string | null;
                            lastFailureAt: string | null;
                            lastStatus: number | null;
                            lastSuccessAt: string | null;
                            nextAttemptAt: string | null;
                            since: string | null;
                            state: "well" | "failing" | "disabled";
                            warnings: number;
                        };
                        id: string;
                        previousValidUntil?: string;
                        publicKeys?: {
                            publicKey: string;
                            validUntil?: string;
                        }[];
                        replay?: {
                            left: number;
                            startedAt: string;
                            total: number;
                        };
                        retryDelays?: string[];
                        routingKeyPattern: string;
                        signature?: "v1" | "v1a";
                        status: "ACTIVE" | "DISABLED";
                        statusReason?: string;
                        webhookUrl?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteSubscriptionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    patchSubscriptionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    destination?: {
                        exchange: string;
                        kind: "rabbitmq";
                        routingKey?: string;
                    } | {
                        kind: "kafka";
                        topic: string;
                    } | {
                        kind: "mqtt";
                        retain?: boolean;
                        topic: string;
                    };
                    format?: "as-received" | "cloudevents" | "cloudevents-binary" | "cloudevents-batch";
                    retryDelays?: string[] | null;
                    routingKeyPattern?: string;
                    status?: "ACTIVE" | "DISABLED";
                    webhookUrl?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSubscriptionsByIdDeliveries: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                since?: string;
                status?: "pending" | "delivered" | "failed" | "cancelled";
                until?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSubscriptionsByIdDeliveriesByDeliveryIdAttempts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Attempt"][];
                        nextCursor: null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSubscriptionsByIdDeliveriesByDeliveryIdPayload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                deliveryId: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attributes?: {
                            [key: string]: string;
                        };
                        body: string;
                        bytes: number;
                        contentType: string | null;
                        deliveryId: string;
                        encoding?: "base64";
                        eventId: string | null;
                        sha256: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSubscriptionsByIdEndPreviousSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ended: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSubscriptionsByIdReplay: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    deliveryId?: string;
                    dryRun?: boolean;
                    exclude?: string[];
                    filter?: {
                        since?: string;
                        status: "failed" | "cancelled" | "delivered";
                        until?: string;
                    };
                    perSecond?: number;
                    since?: string;
                    until?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        complete: boolean;
                        count: number;
                        deliveries?: {
                            deliveryId: string;
                            eventId?: string;
                            subject?: string;
                            time: string;
                            type?: string;
                        }[];
                        since?: string;
                        started: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSubscriptionsByIdReplayStop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        stopped: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSubscriptionsByIdRotateSecret: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    overlapHours?: number;
                    signature?: "v1" | "v1a";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        previousValidUntil: string;
                        publicKey?: string;
                        secret?: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSubscriptionsByIdTest: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveryId: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSubscriptionsImport: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    createdAt: string;
                    id: string;
                    routingKeyPattern: string;
                    status: "ACTIVE" | "DISABLED";
                    webhookUrl: string;
                }[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        existing: number;
                        imported: number;
                        subscriptions: {
                            id: string;
                            secret: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSwitches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Switch"][];
                        nextCursor: string | null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postSwitchesByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    active?: string;
                    shadow?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Switch"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getSwitchesByNameComparison: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        agree: boolean;
                        both: number;
                        differing: {
                            count: number;
                            examples: {
                                at: string;
                                key: string;
                                outcomes?: {
                                    [key: string]: string;
                                };
                            }[];
                        };
                        from: string;
                        lagMs: {
                            max: number;
                            min: number;
                            p50: number;
                            p95: number;
                            p99: number;
                        } | null;
                        only: {
                            [key: string]: {
                                count: number;
                                examples: {
                                    at: string;
                                    key: string;
                                    outcomes?: {
                                        [key: string]: string;
                                    };
                                }[];
                                mayStillCome: number;
                            };
                        };
                        to: string;
                        tookMs: {
                            [key: string]: {
                                p50: number;
                                p95: number;
                            };
                        };
                        truncated: boolean;
                        ways: {
                            [key: string]: number;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            key: string;
                            texts: {
                                channel: "inbox" | "push" | "email";
                                locale: string;
                                version: number;
                            }[];
                        }[];
                        nextCursor: null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTemplatesByKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                        texts: components["schemas"]["TemplateText"][];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putTemplatesByKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    body: string;
                    channel: "inbox" | "push" | "email";
                    html?: string;
                    locale: string;
                    title?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        channel: "inbox" | "push" | "email";
                        key: string;
                        locale: string;
                        version: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postTemplatesByKeyPreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    channel: "inbox" | "push" | "email";
                    contactId?: string;
                    encounterId?: string;
                    locale?: string;
                    sample?: {
                        [key: string]: unknown;
                    };
                    texts?: {
                        body: string;
                        html?: string;
                        title?: string;
                    };
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        body: string;
                        channel: "inbox" | "push" | "email";
                        html: string | null;
                        key: string;
                        locale: string;
                        sample: {
                            [key: string]: unknown;
                        };
                        title: string | null;
                        version: number | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTemplatesByKeyVersions: {
        parameters: {
            query: {
                channel: "inbox" | "push" | "email";
                cursor?: string;
                limit?: number;
                locale: string;
            };
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            body: string;
                            builtIn: boolean;
                            channel: "inbox" | "push" | "email";
                            createdAt: string | null;
                            createdBy: string | null;
                            html: string | null;
                            key: string;
                            locale: string;
                            title: string | null;
                            version: number;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTenants: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Tenant"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postTenants: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    id: string;
                    name: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        id: string;
                        key: string;
                        name: string;
                        status: "active" | "suspended";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    patchTenantsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    status?: "active" | "suspended";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTimers: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                status?: "scheduled" | "fired" | "failed" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Timer"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postTimers: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    calendar?: string;
                    callbackUrl?: string;
                    delay?: string;
                    dueAt?: string;
                    event?: {
                        data?: unknown;
                        subject?: string;
                        type: string;
                    };
                    id?: string;
                    payload?: unknown;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getTimersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteTimersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    patchTimersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    calendar?: string;
                    delay?: string;
                    dueAt?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timer"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postTokens: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    contactId: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        expiresAt: string;
                        token: string;
                        tokenType: "Bearer";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getUsers: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["User"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postUsers: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    email: string;
                    name: string;
                    password?: string;
                    role: "owner" | "admin" | "designer" | "agent" | "viewer";
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        createdAt: string;
                        email: string;
                        id: string;
                        lastLoginAt: string | null;
                        name: string;
                        password?: string;
                        role: "owner" | "admin" | "designer" | "agent" | "viewer";
                        status: "active" | "suspended";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    patchUsersById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    email?: string;
                    name?: string;
                    password?: string;
                    role?: "owner" | "admin" | "designer" | "agent" | "viewer";
                    status?: "active" | "suspended";
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postWhatsappCommands: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    data?: {
                        [key: string]: unknown;
                    };
                    line: "clientes" | "proveedores";
                    message: string;
                    messageId?: string;
                    to: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveryId: string;
                        messageId: string;
                        status: "queued";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getWhatsappCommandsByLineByMessageId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                line: string;
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: number;
                        cause: string | null;
                        channel: string;
                        createdAt: string;
                        endedAt: string | null;
                        eventId: string | null;
                        eventSubject: string | null;
                        eventType: string | null;
                        history: components["schemas"]["Attempt"][];
                        id: string;
                        lastError: string | null;
                        lastStatus: number | null;
                        line: "clientes" | "proveedores";
                        messageId: string;
                        nextAttemptAt: string | null;
                        status: "pending" | "delivered" | "failed" | "cancelled";
                        target: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeBrokers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        address?: string;
                        bus: string;
                        confirmed?: number;
                        doors?: {
                            name: string;
                            source: string;
                            state: string;
                        }[];
                        lastConfirmAt?: string | null;
                        lastError?: {
                            at: string | null;
                            message: string;
                        } | null;
                        node?: string;
                        queues?: {
                            consumers: number | null;
                            error?: string;
                            messages: number | null;
                            name: string;
                        }[];
                        received?: {
                            door: string;
                            duplicates: number;
                            lastAt: string | null;
                            lastId: string | null;
                            lastKey: string | null;
                            node: string;
                            received: number;
                            refused: number;
                        }[];
                        reconnects?: number;
                        refused?: number;
                        relay?: {
                            behind: number;
                        };
                        since?: string | null;
                        state: string;
                        unconfirmed?: number;
                        unrouted?: number;
                        warnings?: string[];
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeBrokersRefused: {
        parameters: {
            query?: {
                code?: string;
                cursor?: string;
                door?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RefusedMessage"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeBrokersRefusedById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attributes: {
                            [key: string]: string | number | boolean;
                        };
                        body: string;
                        bodyBytes: number;
                        bus: string;
                        code: string;
                        complete: boolean;
                        contentType: string | null;
                        door: string;
                        errors: {
                            message: string;
                            path: string;
                        }[];
                        firstAt: string;
                        id: string;
                        lastAt: string;
                        messageId: string | null;
                        reason: string;
                        routingKey: string;
                        times: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    deleteBackofficeBrokersRefusedById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postBackofficeBrokersRefusedByIdRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    body?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        duplicate: boolean;
                        eventId: string;
                        routingKey: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeBrokersRefusedGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            code: string;
                            door: string;
                            lastAt: string;
                            messages: number;
                            reason: string;
                            times: number;
                        }[];
                        nextCursor: null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postBackofficeEventsDiscard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    filter?: {
                        consumer?: string;
                        error?: string;
                        olderThan?: string;
                        type?: string;
                    };
                    ids?: string[];
                    reason: string;
                    source?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        discarded: number;
                        unknown?: string[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeEventsFailures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FailureGroup"][];
                        nextCursor: null;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putBackofficeEventsFailuresById: {
        parameters: {
            query?: {
                source?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    data: unknown;
                    reason: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        retried: 1;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeEventsOutbox: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                olderThan?: string;
                status?: "pending" | "published" | "failed";
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["OutboxRow"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeEventsQuarantine: {
        parameters: {
            query?: {
                cursor?: string;
                fault?: string;
                limit?: number;
                reason?: "unknown-type" | "invalid";
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["QuarantinedEvent"][];
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    putBackofficeEventsQuarantineById: {
        parameters: {
            query?: {
                source?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    data: unknown;
                    reason: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        passed: 1;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postBackofficeEventsQuarantineDiscard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    filter?: {
                        fault?: string;
                        reason?: "unknown-type" | "invalid";
                        type?: string;
                    };
                    ids?: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        discarded: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeEventsQuarantineGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["QuarantineGroup"][];
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postBackofficeEventsQuarantineRetry: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    filter?: {
                        fault?: string;
                        reason?: "unknown-type" | "invalid";
                        type?: string;
                    };
                    force?: boolean;
                    ids?: string[];
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        kept?: number;
                        passed?: number;
                        retried: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postBackofficeEventsRetry: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    filter?: {
                        consumer?: string;
                        error?: string;
                        olderThan?: string;
                        type?: string;
                    };
                    ids?: string[];
                    reason?: string;
                    source?: string;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        retried: number;
                        unknown?: string[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getBackofficeMqtt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        state: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postBackofficeMqttReconnect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status: "ok";
                    };
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postInByAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        duplicate?: true;
                        eventId?: string;
                        received: true;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            422: components["responses"]["Problem422"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getNotificationsMe: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["InboxMessage"][];
                        nextCursor: string | null;
                        unread: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postNotificationsRead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    all?: true;
                    ids?: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        read: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getRByToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["Problem400"];
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getRByTokenMessages: {
        parameters: {
            query: {
                after: number;
            };
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        html: string;
                        last: number;
                        state: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postRByTokenReply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    form?: string;
                    page?: string;
                    text: string;
                };
            };
        };
        responses: {
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
        };
    };
    postRByTokenVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    page?: string;
                };
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            413: components["responses"]["Problem413"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    getReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        checks: {
                            [key: string]: {
                                detail?: string;
                                state: "ok" | "degraded" | "failed";
                            };
                        };
                        status: "ok" | "degraded" | "failed";
                    };
                };
            };
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postWaClientesSend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        status: "accepted" | "duplicate" | "checked";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
    postWaProveedoresSend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        status: "accepted" | "duplicate" | "checked";
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            500: components["responses"]["Problem500"];
            503: components["responses"]["Problem503"];
        };
    };
}
