/* Mathematics whose result must not depend on the platform's library. */
#ifndef ATTUNE_EXP_LOG_H
#define ATTUNE_EXP_LOG_H

#include <stdint.h>

double attune_exp(double x);   /* error below 1e-13 relative; 0 below -700 */
double attune_log(double x);   /* x > 0, normal */
double attune_log1p(double x); /* ln(1 + x), x >= 0 and finite */
double attune_sqrt(double x);  /* correctly rounded */

#endif
