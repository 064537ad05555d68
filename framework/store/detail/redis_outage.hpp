// Private to the room: what the log is told of a Redis server that cannot be asked.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace candela::store {

/// Shared by the connections of all workers: one record when the first of them cannot ask, one for a further reason,
/// and one when all of them can ask again; however often it is tried meanwhile. Thread-safe.
class redis_outage {
 public:
  enum class reason : std::uint8_t { unreachable, refused };

  /// One connection's part in it. One thread.
  class part {
   public:
    explicit part(redis_outage& whole) noexcept : whole_(whole) {}
    part(const part&) = delete;
    part& operator=(const part&) = delete;
    /// As `leave`.
    ~part() { leave(); }

    /// It cannot be asked. `why` is told unless that reason was told already.
    void begin(reason what, std::string_view why) noexcept;
    /// It answers.
    void end() noexcept {
      if (away_) [[unlikely]]
        finish(true);
    }
    /// It is given up, and says nothing about the server any more.
    void leave() noexcept {
      if (away_) finish(false);
    }

   private:
    void finish(bool answers) noexcept;

    redis_outage& whole_;
    bool away_ = false;
  };

 private:
  static constexpr std::size_t reasons = 2;

  std::mutex lock_;  // guards all below
  std::size_t parts_away_ = 0;
  std::array<bool, reasons> told_{};
};

}  // namespace candela::store
