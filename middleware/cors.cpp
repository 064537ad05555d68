#include <candela/middleware/cors.hpp>

#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/http/field_text.hpp>
#include <candela/server/extension.hpp>
#include <chrono>
#include <utility>

#include "middleware/detail/origin_list.hpp"

namespace candela::middleware {

namespace {

std::vector<std::string> tokens(config::reader& options, std::string_view key, std::vector<std::string> otherwise) {
  std::vector<std::string> values = options.strings(key, std::move(otherwise));
  for (const std::string& value : values) {
    if (!http::is_token(value)) options.get(key).fail("'" + value + "' is not a token");
  }
  return values;
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text.append(text.empty() ? "" : ", ").append(value);
  return text;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), ascii_lower);
  return text;
}

// Takes the next element off a comma-separated list.
std::string_view take_element(std::string_view& list) noexcept {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return element;
}

bool varies_by_origin(const http::headers& fields) noexcept {
  for (const http::header_field& field : fields) {
    if (field.token != http::header::vary) continue;
    for (std::string_view left = field.value; !left.empty();) {
      const std::string_view name = take_element(left);
      if (name == "*" || equal_ignoring_case(name, "origin")) return true;
    }
  }
  return false;
}

// The request's origin; empty when it has none or more than one.
std::string_view origin_of(const exchange& x) noexcept {
  const http::headers& fields = x.request().headers();
  return fields.count(http::header::origin) == 1 ? fields.get(http::header::origin) : std::string_view();
}

}  // namespace

cors::cors(stage_setup& setup)
    : origins_(std::make_unique<detail::origin_list>()), credentials_(setup.options().boolean("credentials", false)) {
  config::reader& options = setup.options();
  for (const std::string& origin : options.strings("origins")) {
    if (const std::string_view wrong = origins_->add(origin); !wrong.empty()) options.get("origins").fail(wrong);
  }
  if (origins_->empty()) options.get("origins").fail("cors needs at least one origin, or \"*\" for all");
  if (origins_->any() && credentials_) {
    options.get("credentials").fail("credentials are only for origins that are named: \"*\" would hand them to anyone");
  }
  methods_ = tokens(options, "methods", {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"});
  headers_ = tokens(options, "headers", {"Content-Type"});
  any_header_ = std::ranges::find(headers_, "*") != headers_.end();
  if (any_header_ && credentials_) options.get("headers").fail("with credentials, browsers take \"*\" for a name");
  methods_value_ = joined(methods_);
  headers_value_ = joined(headers_);
  expose_value_ = joined(tokens(options, "expose", {}));
  using namespace std::chrono_literals;
  const auto max_age = options.duration("max_age", 10min, {0s, 24h});
  max_age_value_ = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(max_age).count());
  std::ranges::transform(headers_, headers_.begin(), lower);
}

cors::cors(cors&&) noexcept = default;
cors::~cors() = default;

step cors::on_request(exchange& x) {
  if (x.request().method() != http::method::options) return step::next;
  const bool preflight = x.request().headers().has(http::header::origin) &&
                         x.request().headers().has(http::header::access_control_request_method);
  return preflight ? answer_preflight(x) : step::next;
}

step cors::answer_preflight(exchange& x) const {
  const std::string_view method = x.header(http::header::access_control_request_method);
  if (const std::string_view refused = refusal(x, method); !refused.empty()) {
    x.fail(problem(403, "cors_refused", std::string(refused)));
    return step::done;
  }
  response& answer = x.response();
  answer.status(204);
  answer.header_unchecked(http::header::access_control_allow_methods, methods_value_);
  if (!headers_value_.empty()) {
    answer.header_unchecked(http::header::access_control_allow_headers, headers_value_);
  }
  answer.header_unchecked(http::header::access_control_max_age, max_age_value_);
  return step::done;
}

// Why a preflight is refused; empty when it isn't.
std::string_view cors::refusal(const exchange& x, std::string_view method) const {
  if (!origins_->allows(origin_of(x))) return "This origin is not allowed.";
  // Methods are case-sensitive; GET, HEAD and POST need no leave (Fetch, section 2.2.1, "CORS-safelisted method").
  const bool safelisted = method == "GET" || method == "HEAD" || method == "POST";
  if (!safelisted && std::ranges::find(methods_, method) == methods_.end()) return "This method is not allowed.";
  for (const http::header_field& field : x.request().headers()) {
    if (field.token != http::header::access_control_request_headers) continue;
    if (!allows_headers(field.value)) return "A header field of this request is not allowed.";
  }
  return {};
}

bool cors::allows_headers(std::string_view asked) const {
  while (!asked.empty()) {
    const std::string_view name = take_element(asked);
    if (name.empty()) continue;
    const auto same = [name](const std::string& allowed) { return equal_ignoring_case(allowed, name); };
    if (std::ranges::any_of(headers_, same)) continue;
    if (!any_header_ || equal_ignoring_case(name, "authorization")) return false;
  }
  return true;
}

void cors::on_response(exchange& x) {
  response& answer = x.response();
  if (!origins_->any() && !varies_by_origin(answer.headers())) {
    answer.header_unchecked(http::header::vary, "Origin");
  }
  const std::string_view origin = origin_of(x);
  if (origin.empty() || !origins_->allows(origin)) return;
  answer.header(http::header::access_control_allow_origin, origins_->any() ? "*" : origin);
  if (credentials_) answer.header(http::header::access_control_allow_credentials, "true");
  if (!expose_value_.empty() && !answer.has(http::header::access_control_allow_methods)) {
    answer.header(http::header::access_control_expose_headers, expose_value_);
  }
}

CANDELA_STAGE("cors", cors);

}  // namespace candela::middleware
