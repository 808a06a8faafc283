extension AuditEvent.What {
    /// As what somebody looks for it in the trail: the one list, which the compiler keeps complete.
    package enum Nature: Sendable {
        /// Shows many persons at once, or what they said and did.
        case list
        /// Shows one, who was found on a list.
        case single
        /// Shows one, by a number that somebody had.
        case byNumber
        /// Reads of the whole city for the night's own work, or as the night does them.
        case pass
        /// Shows the trail, users or counts; nobody of the city.
        case overview
        /// Done with a person's case by who sees it.
        case work
        /// Changes what is kept, decided or permitted.
        case change
        /// The coming and going of users and nights.
        case passing

        package var isRead: Bool {
            switch self {
            case .list, .single, .byNumber, .pass, .overview: true
            case .work, .change, .passing: false
            }
        }

        /// Whether somebody saw persons by it.
        package var showsPersons: Bool {
            switch self {
            case .list, .single, .byNumber, .work: true
            case .pass, .overview, .change, .passing: false
            }
        }
    }

    package var nature: Nature {
        switch self {
        case .casesList, .casesPrint, .casesExport, .rejectedExport, .reviewList, .reviewExport, .consentList,
            .declarationList,
            .shreddingList, .supportList, .spotCheckList, .personsSearch:
            .list
        case .caseRead, .casePrint, .reviewRead, .personRead, .declarationLook, .supportRead, .spotCheckRead:
            .single
        case .rowExplain, .personExplain, .caseExplain, .rejectedRead, .recordsDisclose: .byNumber
        case .householdsRead, .rulesTry, .identitiesRead, .correctionsTake: .pass
        case .auditRead, .auditVerifyBegin, .auditVerify, .auditProve, .auditExport, .auditAnalyse, .userList,
            .retentionList, .tokenList, .sessionList:
            .overview
        case .caseWork: .work
        case .correctionsKeep, .correctionsLapse, .reviewSample, .verdictDecide,
            .verdictConfirm, .verdictWithdraw, .consentRecord, .consentConfirm, .consentEnd,
            .declarationBegin, .declarationConfirm, .declarationEnd, .declarationNote, .declarationReview,
            .rowRectify, .rowLapse, .rowRestore, .rightsTell, .retentionPropose, .retentionApprove,
            .retentionErase, .keysRotate, .keysReseal, .supportRecord, .spotCheckDraw, .spotCheckAnswer,
            .registryImport, .shreddingPropose,
            .shreddingWithdraw, .personShred, .gateAccept,
            .clockAccept, .restoreAccept, .guidelineUse, .rulePropose, .ruleApprove, .guidelinePropose,
            .guidelineApprove, .guidelineWithdraw,
            .userAdd, .userRoles, .userPassword, .userUnlock, .userRemove, .userRelate,
            .userSecondFactor, .userSecondFactorReset, .tokenCreate, .tokenEnd, .sessionEnd:
            .change
        case .runStart, .runPublish, .runFail, .logIn, .logInRefused, .logOut, .pageRefuse, .tokenUse,
            .tokenRefuse:
            .passing
        }
    }
}
