// Refuses request bodies that are too large.
#pragma once

#include <candela/server/body_filter.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/stage_setup.hpp>

namespace candela::middleware {

/// The stage `body_limit`. It needs only the head, and stands before stages that attach filters, so that it counts the
/// bytes as they arrived.
///
///     - body_limit:
///         max_bytes: 1MiB
///
/// A body whose announced length is larger is answered with 413 `content_too_large` before any of it is read; one
/// without a length (chunked) as soon as it has grown beyond. Streamed bodies, which a route's own `max_body_bytes`
/// does not cover, are limited as well.
class body_limit {
 public:
  explicit body_limit(stage_setup& setup);

  step on_request(exchange& x);

 private:
  // Counts what has no length of its own.
  class counter final : public body_filter {
   public:
    explicit counter(std::uint64_t max_bytes) noexcept : left_(max_bytes) {}
    std::optional<problem> on_chunk(exchange& x, std::string_view piece, body_sink& out) override;
    std::optional<problem> on_end(exchange& x, body_sink& out) override;

   private:
    std::uint64_t left_;
  };

  std::uint64_t max_bytes_;
};

}  // namespace candela::middleware
