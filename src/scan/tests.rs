//! Claims about the detector.
