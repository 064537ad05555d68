// Private to the room: a SQLite connection for one user at a time.
#pragma once

#include <candela/db/channel.hpp>
#include <candela/db/sqlite/detail/batch.hpp>
#include <candela/db/sqlite/detail/runner.hpp>
#include <memory>

namespace candela::db::sqlite {

class driver;
class session_keeper;

/// Has a reader of its own, or the database's writer while it is in use. Kept and used again and again. At most one of
/// its batches is under way.
class session final : public db::session {
 public:
  session(driver& home, session_keeper& keeper, access how);

  [[nodiscard]] bool submit(operation& asked) override { return put(asked, false); }
  [[nodiscard]] bool go_on(operation& stream) override { return put(stream, true); }
  void detach(operation& asked) noexcept override;
  [[nodiscard]] bool usable() const noexcept override { return usable_; }
  [[nodiscard]] bool transaction_failed() const noexcept override { return lost_; }

  // --- for its keeper

  [[nodiscard]] access how() const noexcept { return how_; }
  /// It is given to somebody.
  void begin() noexcept;
  /// Nothing more can be asked of it.
  void end() noexcept { usable_ = false; }
  /// Given back by its user. What was asked is done nevertheless.
  void give_back(bool altered) noexcept;
  [[nodiscard]] bool is_given_back() const noexcept { return given_back_; }

  /// What is to leave, and is under way from then on; null when there is nothing, or something is under way.
  [[nodiscard]] std::unique_ptr<batch> take_open() noexcept;
  [[nodiscard]] bool has_open() const noexcept { return open_ != nullptr; }
  [[nodiscard]] bool under_way() const noexcept { return under_way_; }
  void come_home(const batch& done) noexcept;

  /// Whether it can be given to somebody else as it is.
  [[nodiscard]] bool is_clean() const noexcept { return how_ == access::reader && !left_open_ && !altered_; }
  [[nodiscard]] bool is_altered() const noexcept { return altered_; }
  [[nodiscard]] runner* own_runner() noexcept { return own_.get(); }

  session_request* wish = nullptr;  ///< who waits for the writer with it
  batch* claim = nullptr;           ///< that was sent for the wish

 private:
  [[nodiscard]] bool put(operation& asked, bool goes_on);

  driver& home_;
  session_keeper& keeper_;
  access how_;
  std::unique_ptr<runner> own_;  // of a reader
  std::unique_ptr<batch> open_;  // being filled
  bool under_way_ = false;
  bool usable_ = false;
  bool lost_ = false;
  bool left_open_ = false;
  bool altered_ = false;
  bool given_back_ = false;
};

}  // namespace candela::db::sqlite
