//! The shipped indicator files. Adding an indicator is one file under `indicators/` and one line here; a test
//! checks that every file is listed.

macro_rules! shipped {
    ($($file:literal),+ $(,)?) => {
        /// Name and text of each shipped file.
        pub(crate) const SHIPPED: &[(&str, &str)] = &[
            $((concat!("indicators/", $file), include_str!(concat!("../../../indicators/", $file)))),+
        ];
    };
}

shipped![
    "application/mail-stem-shared.toml",
    "application/profile-shared.toml",
    "application/reference-shared.toml",
    "application/resume-phrases-shared.toml",
    "employment/account-change-by-anonymiser.toml",
    "employment/anonymiser-share-rises.toml",
    "employment/co-located-devices.toml",
    "employment/code-bulk-clone.toml",
    "employment/code-from-elsewhere.toml",
    "employment/code-opened-outside.toml",
    "employment/device-token-churn.toml",
    "employment/device-token-shared.toml",
    "employment/egress-shared.toml",
    "employment/factor-reset-then-new-place.toml",
    "employment/impossible-travel.toml",
    "employment/jiggler-software.toml",
    "employment/kvm-neighbour.toml",
    "employment/meeting-elsewhere.toml",
    "employment/meeting-latency.toml",
    "employment/remote-id-shared.toml",
    "employment/remote-session-from-outside.toml",
    "employment/remote-tool-listening.toml",
    "employment/same-device-two-workers.toml",
    "employment/sign-ins-mostly-hidden.toml",
    "employment/two-remote-tools.toml",
    "employment/unmanaged-computer.toml",
    "employment/vpn-astrill.toml",
    "employment/vpn-consumer.toml",
    "employment/vpn-drop-same-device.toml",
    "exit/post-exit-code.toml",
    "exit/post-exit-use.toml",
    "first_day/display-serial-shared.toml",
    "first_day/dock-serial-shared.toml",
    "first_day/first-check-in-far.toml",
    "first_day/first-day-reconnaissance.toml",
    "first_day/ip-kvm-by-name.toml",
    "first_day/ip-kvm-in-disguise.toml",
    "first_day/kvm-display-fixed-serial.toml",
    "first_day/kvm-display.toml",
    "first_day/many-device-tokens.toml",
    "first_day/protection-tampering.toml",
    "first_day/remote-tool-new-hire.toml",
    "first_day/virtual-camera.toml",
    "interview/interview-address-shared.toml",
    "interview/interview-elsewhere.toml",
    "interview/meeting-device-shared.toml",
    "onboarding/delivered-to-other-home.toml",
    "onboarding/personal-email-shared.toml",
    "onboarding/phone-shared.toml",
    "onboarding/ship-to-differs-from-home.toml",
    "onboarding/ship-to-rerouted-late.toml",
    "onboarding/ship-to-shared.toml",
    "payroll/bank-account-shared.toml",
    "payroll/bank-change-early.toml",
    "payroll/crypto-payout.toml",
    "payroll/pay-holder-mismatch.toml",
    "payroll/wallet-shared.toml",
];
