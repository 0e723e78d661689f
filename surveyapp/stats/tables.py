"""Tables to be filled in by those who read figures and do not compute with them."""

import numpy as np

from surveyapp.stats.checks import FloatArray


def filled(shape: tuple[int, ...], value: float) -> FloatArray:
    """Make a table with the same number everywhere.

    Parameters
    ----------
    shape : tuple of int
        Its size, such as teams by waves.
    value : float
        What stands where nothing is put in; NaN for a figure that is missing.

    Returns
    -------
    array of float

    Raises
    ------
    ValueError
        When a size is negative.

    Examples
    --------
    >>> filled((2, 3), 1.0).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    return np.full(shape, value, dtype=np.float64)
