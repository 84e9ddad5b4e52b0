import Testing

@testable import StudioKit

@Suite struct ControlCharacterTests {
    @Test func `agrees with Unicode's category`() {
        for value in UInt32(0)...0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            #expect(scalar.isControl == (scalar.properties.generalCategory == .control))
            #expect(("a" + String(scalar)).firstControl == (scalar.isControl ? scalar : nil))
        }
        #expect("a\nb\u{7F}".firstControl(except: ["\n"]) == "\u{7F}")
        #expect("a\u{1}".firstControl == "\u{1}")
        #expect("aä€".firstControl == nil)
    }
}
