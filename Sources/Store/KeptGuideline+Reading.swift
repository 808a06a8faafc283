package import Audit
package import Domain
package import Policy

extension GuidelineFiles {
    /// - Throws: everything that is wrong with them.
    package func guideline() throws(Faults) -> Guideline {
        try Guideline.load(self, digest: { Digest.sha256($0) })
    }
}

extension KeptGuideline {
    /// What its files say; `nil` where they are not what was approved, cannot be read, or are read in two ways.
    package func guideline(comparing: Bool) -> Guideline? {
        guard let guideline = try? GuidelineFiles(canonicalBytes: bytes)?.guideline(),
            guideline.revision == revision,
            !comparing || (try? guideline.compareEvaluators()) != nil
        else { return nil }
        return guideline
    }
}

extension Guideline {
    /// What counts as unusual reading; `nil` where it says nothing of it.
    ///
    /// - Throws: `Faults` with everything that is wrong in the file.
    package var analysisLimits: AnalysisGuideline? {
        get throws { try analysis?.decode(AnalysisGuideline.self) }
    }
}
