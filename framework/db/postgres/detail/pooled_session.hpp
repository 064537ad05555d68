// A connection for one user at a time.
#pragma once

#include <candela/db/driver.hpp>
#include <candela/db/postgres/detail/link.hpp>
#include <memory>

namespace candela::db::postgres {

class session_pool;

/// Owned by the pool; given to one user after the other.
class pooled_session final : public session {
 public:
  explicit pooled_session(session_pool& pool) noexcept;

  [[nodiscard]] bool submit(operation& asked) override;
  void detach(operation& asked) noexcept override { link_->detach(asked); }
  [[nodiscard]] bool go_on(operation& stream) override;
  void give_up(operation& copy) noexcept override { link_->give_up(copy); }
  [[nodiscard]] bool await_notification(notification_request& wish) override;
  void withdraw(notification_request& wish) noexcept override { link_->withdraw(wish); }
  [[nodiscard]] bool usable() const noexcept override { return link_ != nullptr && link_->is_open() && !abandoned_; }
  [[nodiscard]] bool transaction_failed() const noexcept override {
    return link_ != nullptr && link_->transaction_failed();
  }

 private:
  friend class session_pool;

  /// What makes the connection as new; not answered to anyone but the pool.
  struct mending : operation {
    explicit mending(pooled_session& belongs_to) noexcept : owner(belongs_to) {}
    pooled_session& owner;
  };

  [[nodiscard]] bool refuse(operation& asked) const;
  void prepare(operation& asked) const;

  session_pool& pool_;
  std::shared_ptr<link> link_;
  std::unique_ptr<mending> mending_;
  std::chrono::steady_clock::time_point idle_since_{};
  bool in_use_ = false;
  bool abandoned_ = false;
};

}  // namespace candela::db::postgres
