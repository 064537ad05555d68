#include <candela/core/log.hpp>
#include <candela/server/filter_chain.hpp>

namespace candela {

namespace {

// Pieces come straight from the connection: what a filter throws must end there.
template <class Step>
std::optional<problem> guarded(Step step) noexcept {
  try {
    return step();
  } catch (const problem& what) {
    return what;
  } catch (const std::exception& what) {
    log::error("a body filter threw", log::field("what", what.what()));
  } catch (...) {
    log::error("a body filter threw");
  }
  return problem::internal();
}

}  // namespace

/// What one filter appends goes into the next; behind the last stands the target.
class filter_chain::link final : public body_sink {
 public:
  link(exchange& x, body_filter* next, body_sink& target) noexcept : exchange_(x), next_(next), target_(target) {}

  bool append(std::string_view bytes) override {
    if (!bytes.empty() && !stopped_) stopped_ = !pass_on(bytes);
    return !stopped_;
  }

  std::optional<problem> failed;

 private:
  bool pass_on(std::string_view bytes) {
    if (next_ == nullptr) return target_.append(bytes);
    link behind(exchange_, next_->next_, target_);
    failed = guarded([&] { return next_->on_chunk(exchange_, bytes, behind); });
    if (!failed) failed = std::move(behind.failed);
    return !failed && !behind.stopped_;
  }

  exchange& exchange_;
  body_filter* next_;
  body_sink& target_;
  bool stopped_ = false;
};

std::optional<problem> filter_chain::push(exchange& x, std::string_view piece, body_sink& target) {
  link into_first(x, first_, target);
  into_first.append(piece);
  return std::move(into_first.failed);
}

std::optional<problem> filter_chain::end(exchange& x, body_sink& target) {
  for (body_filter* filter = first_; filter != nullptr; filter = filter->next_) {
    link behind(x, filter->next_, target);
    if (auto failed = guarded([&] { return filter->on_end(x, behind); })) return failed;
    if (behind.failed) return std::move(behind.failed);
  }
  return std::nullopt;
}

}  // namespace candela
