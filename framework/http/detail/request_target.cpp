// Takes a request target apart; every form is judged by the method that it comes with.
#include <algorithm>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/head_errors.hpp>
#include <candela/http/detail/head_rules.hpp>
#include <candela/http/detail/request_target.hpp>
#include <candela/http/uri.hpp>

namespace candela::http::detail {
namespace {

const head_error* split_path(std::string_view text, request_head& head) noexcept {
  const std::size_t mark = std::min(text.find('?'), text.size());
  head.path = text.substr(0, mark);
  head.path_escaped = head.path.find('%') != std::string_view::npos;
  head.has_query = mark != text.size();
  head.query = head.has_query ? text.substr(mark + 1) : std::string_view{};
  return valid_escapes(head.path) ? nullptr : &errors::target_escape;
}

const head_error* split_absolute(std::string_view after_scheme, request_head& head) noexcept {
  head.form = target_form::absolute;
  const std::size_t end = std::min(after_scheme.find_first_of("/?"), after_scheme.size());
  head.authority = after_scheme.substr(0, end);
  if (head.authority.find('@') != std::string_view::npos) return &errors::target_userinfo;
  if (!valid_host(head.authority)) return &errors::target_authority;
  if (const head_error* error = split_path(after_scheme.substr(end), head)) return error;
  if (head.path.empty()) head.path = "/";  // RFC 9110, section 4.2.3: an empty path is the root
  return nullptr;
}

const head_error* split_authority(request_head& head) noexcept {
  head.form = target_form::authority;
  head.authority = head.target;
  // RFC 9110, section 9.3.6: there is no default port.
  const bool has_port = is(head.target.back(), digit_character) && head.target.find(':') != std::string_view::npos;
  return has_port && valid_host(head.target) ? nullptr : &errors::target_authority;
}

// What follows "http://" or "https://", or a null view.
std::string_view after_scheme(std::string_view target) noexcept {
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (equals_lower(target.substr(0, scheme.size()), scheme)) return target.substr(scheme.size());
  }
  return {};
}

}  // namespace

const head_error* split_target(request_head& head) noexcept {
  const std::string_view target = head.target;
  if (head.method == method::connect) return split_authority(head);
  if (target.front() == '/') {
    head.form = target_form::origin;
    return split_path(target, head);
  }
  if (target == "*" && head.method == method::options) {
    head.form = target_form::asterisk;
    head.path = target;
    return nullptr;
  }
  const std::string_view rest = after_scheme(target);
  return rest.data() == nullptr ? &errors::target_form : split_absolute(rest, head);
}

}  // namespace candela::http::detail
