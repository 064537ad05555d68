#include <doctest/doctest.h>

#include <string>

#include "tests/techempower/service_under_test.hpp"

using namespace techempower::testing;

namespace {

constexpr const char* expected_page =
    "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
    "<tr><th>id</th><th>message</th></tr>"
    "<tr><td>11</td><td>&lt;script&gt;alert(&quot;This should not be displayed in a browser alert "
    "box.&quot;);&lt;/script&gt;</td></tr>"
    "<tr><td>4</td><td>A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1</td></tr>"
    "<tr><td>5</td><td>A computer program does what you tell it to do, not what you want it to do.</td></tr>"
    "<tr><td>2</td><td>A computer scientist is someone who fixes things that aren&#39;t broken.</td></tr>"
    "<tr><td>8</td><td>A list is only as strong as its weakest link. — Donald Knuth</td></tr>"
    "<tr><td>0</td><td>Additional fortune added at request time.</td></tr>"
    "<tr><td>3</td><td>After enough decimal places, nobody gives a damn.</td></tr>"
    "<tr><td>7</td><td>Any program that runs right is obsolete.</td></tr>"
    "<tr><td>10</td><td>Computers make very fast, very accurate mistakes.</td></tr>"
    "<tr><td>6</td><td>Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen</td></tr>"
    "<tr><td>9</td><td>Feature: A bug with seniority.</td></tr>"
    "<tr><td>1</td><td>fortune: No such file or directory</td></tr>"
    "<tr><td>12</td><td>フレームワークのベンチマーク</td></tr>"
    "</table></body></html>";

}  // namespace

TEST_CASE("/fortunes is the page that the rules show, to the byte") {
  over_each_database([](service_under_test& service) {
    const auto answer = service.get("/fortunes");
    CHECK(answer.status == 200);
    CHECK(answer.body == expected_page);
  });
}

TEST_CASE("/fortunes shows what the table has at that moment") {
  over_each_database([](service_under_test& service) {
    service.script("INSERT INTO fortune (id, message) VALUES (13, '<b>& ''late''</b>')");
    const std::string with = service.get("/fortunes").body;
    service.script("DELETE FROM fortune WHERE id = 13");
    CHECK(with.find("<tr><td>13</td><td>&lt;b&gt;&amp; &#39;late&#39;&lt;/b&gt;</td></tr>") != std::string::npos);
    CHECK(service.get("/fortunes").body == expected_page);
  });
}
