// Public-key work as a piece of its own, so that it can be done where there is time for it.
#pragma once

namespace candela::custody {

/// One check that takes a tenth of a millisecond. Lives as long as the verification that gave it out, which holds the
/// keys that it needs.
class pending_check {
 public:
  /// Does the work: once, on any thread, several checks at the same time if wanted. Whoever runs it hands it back to
  /// the verification's thread.
  virtual void run() noexcept = 0;

 protected:
  ~pending_check() = default;
};

}  // namespace candela::custody
