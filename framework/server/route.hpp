// One method on one path pattern: its handler, its limits, and the frozen list of its stages.
#pragma once

#include <candela/http/method.hpp>
#include <candela/server/handler.hpp>
#include <candela/server/stage.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace candela {

/// How a request's body reaches the handler.
enum class body_mode : std::uint8_t {
  buffered,  ///< whole, before the handler runs
  streamed,  ///< piece by piece, with `exchange::read`
  unread,    ///< not at all: the handler answers from the head, without waiting for the body
};

/// What a route is declared with.
struct route_options {
  body_mode body = body_mode::buffered;
  std::size_t max_body_bytes =
      1024 * 1024;  ///< of a buffered body; 413 beyond it. Streamed bodies have no limit of their own
  std::size_t max_expansion_bytes =
      64 * 1024 * 1024;  ///< that input filters may make of a streamed body beyond what arrived; then 413
  std::chrono::milliseconds deadline{
      30'000};                           ///< for the response to begin, counted from the complete request; 0 for none
  bool may_suspend = false;              ///< a plain function that takes tokens says so here; coroutines need not
  std::string chain = {};                ///< name of the chain of stages; empty: the default one
  std::vector<std::string> scopes = {};  ///< what who asks must be allowed to do, all of it; a stage must check it
};

/// A route of one worker. Immutable once its generation serves.
class route {
 public:
  std::uint32_t id = 0;  ///< dense, from 0, the same on every worker of a generation
  http::method method = http::method::get;
  std::string pattern;                  ///< "/orders/{id}"; for routes of the framework's own a name without a slash
  std::vector<std::string> parameters;  ///< names of the path parameters, in order
  std::string allow;                    ///< the Allow field's value of its path
  route_options options;
  candela::handler handler;
  std::vector<stage_hooks> stages;  ///< entry chain first, in order
  std::size_t entry_stages = 0;     ///< how many of them are the entry chain's
  bool entry_declined = false;      ///< one of those has declined it; its place is empty
  std::size_t head_stages = 0;      ///< how many run before the body has arrived
  bool may_suspend = false;         ///< pinned before its first stage
  bool asks_stages = false;         ///< pinned if one of its stages says so of the request
  bool has_response_hooks = false;
  bool has_complete_hooks = false;

  /// Whether a stage behind the entry chain has something to say to `asks_stages`.
  [[nodiscard]] bool asks_behind_entry() const noexcept;
  /// Works out the flags above once stages and handler are set.
  void freeze();
};

}  // namespace candela
