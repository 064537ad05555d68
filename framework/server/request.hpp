// The request as stages and handlers see it: what arrived, or what a stage made of it.
#pragma once

#include <candela/http/request_head.hpp>
#include <span>
#include <string_view>

namespace candela {

/// Views live as long as the exchange on a pinned request, and until the handler returns on the others; the rule is the
/// same for both if nothing keeps a view beyond its exchange.
class request {
 public:
  [[nodiscard]] http::method method() const noexcept { return head_->method; }
  [[nodiscard]] std::string_view method_name() const noexcept { return head_->method_name; }
  /// The request target as received, or as a stage set it.
  [[nodiscard]] std::string_view target() const noexcept { return changed_ ? target_ : head_->target; }
  /// The path, still percent-encoded.
  [[nodiscard]] std::string_view path() const noexcept { return changed_ ? path_ : head_->path; }
  /// The query without its '?', still percent-encoded.
  [[nodiscard]] std::string_view query() const noexcept { return changed_ ? query_ : head_->query; }
  /// Host and perhaps port that the request is for.
  [[nodiscard]] std::string_view authority() const noexcept { return head_->authority; }
  [[nodiscard]] const http::headers& headers() const noexcept { return *headers_; }
  /// The value of the first such field; a null view when there is none.
  [[nodiscard]] std::string_view header(http::header name) const noexcept { return headers_->get(name); }
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept { return headers_->get(name); }
  /// The whole body on a buffered route; empty while it has not arrived, and always on a streamed one.
  [[nodiscard]] std::string_view body() const noexcept { return body_; }
  /// 0 or 1: HTTP/1.0 or HTTP/1.1.
  [[nodiscard]] unsigned minor_version() const noexcept { return head_->minor_version; }

 private:
  friend class exchange;
  const http::request_head* head_ = nullptr;
  const http::headers* headers_ = nullptr;
  std::string_view body_;
  std::string_view target_;
  std::string_view path_;
  std::string_view query_;
  bool changed_ = false;  // the target is no longer the head's
};

}  // namespace candela
