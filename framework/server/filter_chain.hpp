// The body filters of one direction of one exchange, in the order in which bytes pass them.
#pragma once

#include <candela/server/body_filter.hpp>

namespace candela {

/// Filters belong to the exchange's arena; the chain only links them.
class filter_chain {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  void add(body_filter& filter) noexcept {
    (last_ == nullptr ? first_ : last_->next_) = &filter;
    last_ = &filter;
    filter.next_ = nullptr;
  }
  void clear() noexcept { first_ = last_ = nullptr; }

  /// Sends a piece through every filter into `target`; the first problem stops it.
  [[nodiscard]] std::optional<problem> push(exchange& x, std::string_view piece, body_sink& target);
  /// Ends every filter in order, each seeing what the one before it still gave.
  [[nodiscard]] std::optional<problem> end(exchange& x, body_sink& target);

 private:
  class link;
  body_filter* first_ = nullptr;
  body_filter* last_ = nullptr;
};

}  // namespace candela
