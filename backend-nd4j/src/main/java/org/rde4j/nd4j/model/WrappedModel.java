package org.rde4j.nd4j.model;

import java.util.List;
import java.util.Optional;
import org.rde4j.OutputKind;
import org.rde4j.Tensor;

/** A model made of another one, which says everything that this one does not say itself. */
interface WrappedModel extends Nd4jModel {

    /**
     * The other one.
     *
     * @return what is wrapped
     */
    Nd4jModel model();

    @Override
    default String name() {
        return model().name();
    }

    @Override
    default List<ModelInput> inputs() {
        return model().inputs();
    }

    @Override
    default Optional<OutputKind> gives() {
        return model().gives();
    }

    @Override
    default void requireFit(Tensor signal) {
        model().requireFit(signal);
    }
}
